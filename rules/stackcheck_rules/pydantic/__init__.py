"""Pydantic v1 in a Pydantic v2 project."""
