"""Encoder function of Pydantic 1

## Why is this bad?

`pydantic_encoder` and `custom_pydantic_encoder` are deprecated: every value that they encode gives a
warning, and Pydantic 3 takes them away. `pydantic_core.to_jsonable_python` encodes whatever Pydantic
knows, in one go and with the rules of Pydantic 2.

## Example

```python
import json
from datetime import date

from pydantic.json import pydantic_encoder


def dumped(day: date) -> str:
    return json.dumps({"day": day}, default=pydantic_encoder)
```

Use instead:

```python
import json
from datetime import date

from pydantic_core import to_jsonable_python


def dumped(day: date) -> str:
    return json.dumps({"day": day}, default=to_jsonable_python)
```

## Fix safety

Unsafe: the new function writes some values in another way (`Decimal` as a string instead of a number,
`timedelta` as ISO 8601 instead of seconds) and raises `PydanticSerializationError`, a `ValueError`,
instead of `TypeError` for what it does not know. `custom_pydantic_encoder` and `timedelta_isoformat` have no successor.

## References

- [Pydantic: `to_jsonable_python`](https://docs.pydantic.dev/latest/api/pydantic_core/#pydantic_core.to_jsonable_python)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.tool_uses import ENCODERS, ToolUse, tool_uses
from stackcheck_rules.analyses.version_branches import version_branches

rule = Rule(
    "STK148",
    requires=(KINDS, tool_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

INSTEAD = {
    "custom_pydantic_encoder": "write a function that falls back to `to_jsonable_python`",
    "pydantic_encoder": "use `pydantic_core.to_jsonable_python`",
    "timedelta_isoformat": "use `to_jsonable_python`",
}


@rule.on_fact(tool_uses)
def check(use: ToolUse, ctx: Context) -> Iterator[Finding]:
    home, _, name = ctx.symbol(use.function, use.scope).rpartition(".")
    if home != "pydantic" or name not in ENCODERS:
        return
    new = ctx.name("pydantic_core.to_jsonable_python") if name == "pydantic_encoder" else None
    fix = Fix(ctx.edits([(use.span, new.code)]), "Use `to_jsonable_python`", new.requests, "unsafe") if new else None
    yield Finding(use.span, f"`{name}` is deprecated; {INSTEAD[name]}", fix)
