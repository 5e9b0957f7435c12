"""What the assistant does with a message that Rasa has understood.

The same actions are served by the portal process (default) or by a server of
their own (``python -m actions``); see `actions.server`.
"""
