"""Yardsticks of the language understanding; what is in here runs in Rasa's runtime."""
