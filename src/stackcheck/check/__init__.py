"""One file against the rules: gate, parse, walk, place, silence."""
