"""Diagnostics as text: for people, for machines, in sum."""
