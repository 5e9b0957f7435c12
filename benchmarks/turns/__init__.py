"""The time of a whole turn beside that of a plain Rasa assistant: ``make bench-turns``."""
