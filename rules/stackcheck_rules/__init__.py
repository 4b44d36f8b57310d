"""The rules: one file a rule, a folder a family."""
