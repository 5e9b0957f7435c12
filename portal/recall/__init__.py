"""Recall: where a version of an entry was used, and what is done when it was wrong."""
