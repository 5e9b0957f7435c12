"""What the assistant knows: entries, their validation, store, search and rendering."""
