"""Linter settings at the top level of a ruff configuration

## Why is this bad?

Ruff keeps the settings of its linter under `lint`. At the top level, their old place, they still work, but
every run prints a warning that names them. Where a setting stands in both places, ruff ignores the old one.

## Example

```toml
[tool.ruff]
line-length = 100
select = ["E", "F", "I"]

[tool.ruff.isort]
combine-as-imports = true
```

Use instead:

```toml
[tool.ruff]
line-length = 100

[tool.ruff.lint]
select = ["E", "F", "I"]

[tool.ruff.lint.isort]
combine-as-imports = true
```

## Fix safety

Safe: ruff resolves the same settings before and after. One fix moves all such settings of a file, with the
comments above and beside them; those whose line has a comment that suppresses this rule stay. There is no fix
for a setting that `lint` has as well, and none where `ruff` or its `lint` is an inline table.

Ruff reads `lint` since 0.1.

## References

- [Ruff: settings](https://docs.astral.sh/ruff/settings/)
- [Ruff: configuration](https://docs.astral.sh/ruff/configuration/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TomlDocument, TomlStatement
from stackcheck_rules.tooling._ruff_keys import LINTER_KEYS, PLACES, Move

rule = Rule("STK809", versions={"ruff": "0.1"}, severity="warning", since="0.1.0")

SUPPRESSED = re.compile(r"#.*(noqa(?!\s*:)|STK809|ruff-legacy-toplevel)", re.IGNORECASE)


@rule.on_file("toml")
def check(document: TomlDocument, ctx: Context) -> Iterator[Finding]:
    place = PLACES.get(ctx.path.name)
    settings = None if place is None else document.value(*place)
    lint = settings.get("lint", {}) if isinstance(settings, dict) else None
    if place is None or settings is None or not isinstance(lint, dict):
        return
    found = {key: document.find(*place, key) for key in settings if key in LINTER_KEYS}
    movable = {key for key, at in found.items() if at and key not in lint and not suppressed(document, at)}
    edits = Move(document, place, frozenset(movable)).edits() if movable else ()
    table = f"`[{'.'.join([*place, 'lint'])}]`"
    fix = Fix(edits, f"Move the linter settings to {table}") if edits else None
    for key, statement in found.items():
        if statement:
            advice = f"and {table} overrides it; remove it" if key in lint else f"set it under {table}"
            message = f"top-level `{key}` is deprecated in ruff{' ' if key in lint else '; '}{advice}"
            yield Finding(statement.span, message, fix if key in movable else None)


def suppressed(document: TomlDocument, statement: TomlStatement) -> bool:
    """The fix is one for all findings, so it has to leave alone what the user keeps on purpose."""
    first_line = document.text[statement.start : statement.line_end].partition("\n")[0]
    last_line = document.text[statement.end : statement.line_end]
    return any(SUPPRESSED.search(line) for line in (first_line, last_line))
