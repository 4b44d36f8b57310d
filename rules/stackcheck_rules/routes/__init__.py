"""Routes: what belongs in them and what does not."""
