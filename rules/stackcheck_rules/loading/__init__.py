"""Attributes that load when they are read."""
