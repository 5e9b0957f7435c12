"""Sets up, trains, starts and tests the assistant.

Standard library only, Python 3.8 or newer: this package runs on whatever ``python3`` the
machine has, before anything is installed. ``python3 -m launcher --help`` lists the commands.
"""
