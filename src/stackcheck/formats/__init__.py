"""Files that are not Python, parsed with the span of every statement."""
