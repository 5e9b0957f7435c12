"""Back-up of everything that the assistant keeps, and restoring it without bringing the erased back."""
