"""Who may hear about a dossier: reading what is typed, looking it up, saying what was found.

Code and factor stay in the vault and in memory: they reach neither Rasa nor a database nor a log.
"""
