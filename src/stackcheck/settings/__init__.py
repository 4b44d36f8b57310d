"""Configuration: the table of keys, where they are read, which rules they select."""
