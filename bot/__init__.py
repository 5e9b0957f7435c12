"""What runs inside Rasa: tokeniser, language identifier, gazetteer, channel (Python 3.10)."""
