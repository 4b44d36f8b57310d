"""Sessions that are shared, left open, or handed to whom they do not belong."""
