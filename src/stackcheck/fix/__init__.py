"""Fixes: node replacements turned into text edits, guarded and applied."""
