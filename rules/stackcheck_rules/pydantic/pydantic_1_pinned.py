"""Project pinned to Pydantic 1

## Why is this bad?

Pydantic 1 gets no more releases, and the releases of FastAPI since 0.126 do not work with it. As long
as a project pins it, the version 2 spellings would break the program, so stackcheck keeps all its other
Pydantic rules silent there; this finding says how much they would report.

`stackcheck --target pydantic=2` shows it, and with `--fix` mends it: move in one step, and change the
pin with it. To keep it so, write `[tool.stackcheck.target]` with `pydantic = "2"` into pyproject.toml.

## Example

```toml
[project]
name = "app"
version = "1"
dependencies = ["pydantic>=1.10,<2"]
```

Use instead:

```toml
[project]
name = "app"
version = "1"
dependencies = ["pydantic>=2.11"]
```

## References

- [Pydantic: migration guide](https://docs.pydantic.dev/latest/migration/)
- [FastAPI: release notes](https://fastapi.tiangolo.com/release-notes/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Finding, Pin, Rule
from stackcheck_rules.analyses._pin_text import pin_text
from stackcheck_rules.analyses.eras import PYDANTIC_2

rule = Rule("STK100", without=PYDANTIC_2, severity="warning")


@rule.on_pin("pydantic", "2")
def check(pin: Pin) -> Iterator[Finding]:
    yield Finding(pin.span, pin_text(pin, "Pydantic 1"))
