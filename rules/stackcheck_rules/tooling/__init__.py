"""Tooling: uv and ruff instead of what they replace."""
