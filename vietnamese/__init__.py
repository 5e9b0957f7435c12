"""Vietnamese text as people type it: a leaf library that both runtimes share.

It imports nothing but the standard library, runs on Python 3.10 (Rasa) and
later (portal, actions), and knows nothing of the knowledge base.
"""
