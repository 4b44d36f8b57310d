"""Project pinned to SQLAlchemy 1

## Why is this bad?

SQLAlchemy 1.4 is the last of its line: what is written against it today has to be migrated later, and
other libraries leave it behind. As long as a project pins it, the spellings of 2.0 would break the
program, so stackcheck keeps the rules that need them silent there; this finding says how much they
would report. A range that admits 2.0 as well, such as `sqlalchemy>=1.4`, is no pin.

`stackcheck --target sqlalchemy=2` shows it, and with `--fix` mends it: move in one step, and change the
pin with it. To keep it so, write `[tool.stackcheck.target]` with `sqlalchemy = "2"` into pyproject.toml.

## Example

```toml
[project]
name = "app"
version = "1"
dependencies = ["sqlalchemy>=1.4,<2"]
```

Use instead:

```toml
[project]
name = "app"
version = "1"
dependencies = ["sqlalchemy>=2.0"]
```

## References

- [SQLAlchemy 2.0: major migration guide](https://docs.sqlalchemy.org/en/20/changelog/migration_20.html)
- [SQLAlchemy: version status](https://www.sqlalchemy.org/download.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Finding, Pin, Rule
from stackcheck_rules.analyses._pin_text import pin_text
from stackcheck_rules.analyses.eras import SQLALCHEMY_2

rule = Rule("STK200", without=SQLALCHEMY_2, severity="warning")


@rule.on_pin("sqlalchemy", "2")
def check(pin: Pin) -> Iterator[Finding]:
    yield Finding(pin.span, pin_text(pin, "SQLAlchemy 1"))
