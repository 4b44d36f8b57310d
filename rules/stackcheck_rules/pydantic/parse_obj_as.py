"""Function of Pydantic 1 for a type that is no model

## Why is this bad?

`parse_obj_as`, `schema_of` and `schema_json_of` are deprecated and go with Pydantic 3; `parse_raw_as` and
`parse_file_as` are gone already, and importing them fails. A `TypeAdapter` does what all of them did.

Each call of the old functions builds the validator of the type anew. A `TypeAdapter` can be built once,
at the top of the module, and used for every call: that is worth doing by hand wherever the call is frequent.

## Example

```python
from pydantic import BaseModel, parse_obj_as, parse_raw_as


class User(BaseModel):
    name: str


def users(rows: list[dict[str, str]]) -> list[User]:
    return parse_obj_as(list[User], rows)


def loaded(text: str) -> list[User]:
    return parse_raw_as(list[User], text)
```

Use instead:

```python
from pydantic import BaseModel, TypeAdapter


class User(BaseModel):
    name: str


def users(rows: list[dict[str, str]]) -> list[User]:
    return TypeAdapter(list[User]).validate_python(rows)


def loaded(text: str) -> list[User]:
    return TypeAdapter(list[User]).validate_json(text)
```

## Fix safety

Safe: the deprecated functions call a `TypeAdapter` themselves, and those that are gone read JSON and
validated what it said. `type_name` is dropped, as Pydantic 2 does. The fix is unsafe where the file
speaks of `JSONDecodeError`, which Pydantic 2 does not raise for what is no JSON, and with a `title` that is no
string literal: it may be a function. No fix is offered for another encoding, for pickles,
for `json_loads`, and where the function is passed on instead of being called.

## References

- [Pydantic: `TypeAdapter`](https://docs.pydantic.dev/latest/concepts/type_adapter/)
- [Pydantic: introduction of `TypeAdapter`](https://docs.pydantic.dev/latest/migration/#introduction-of-typeadapter)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses._source_text import source_text
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.tool_uses import TOOLS, ToolUse, tool_uses
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._adapters import rewritten

rule = Rule(
    "STK143",
    requires=(KINDS, tool_uses),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

NEW = {
    "parse_file_as": "validate_json",
    "parse_obj_as": "validate_python",
    "parse_raw_as": "validate_json",
    "schema_json_of": "json_schema",
    "schema_of": "json_schema",
}


@rule.on_fact(tool_uses)
def check(use: ToolUse, ctx: Context) -> Iterator[Finding]:
    home, _, name = ctx.symbol(use.function, use.scope).rpartition(".")
    if home != "pydantic" or name not in TOOLS:
        return
    fate = "is deprecated" if name in {"parse_obj_as", "schema_of", "schema_json_of"} else "is gone from Pydantic 2"
    yield Finding(use.span, f"`{name}` {fate}; use `TypeAdapter(...).{NEW[name]}`", fix_of(name, use, ctx))


def fix_of(name: str, use: ToolUse, ctx: Context) -> Fix | None:
    made = rewritten(name, use, source_text(ctx.text), ctx)
    if made is None:
        return None
    return Fix(ctx.edits(made.edits), f"Use `TypeAdapter(...).{NEW[name]}`", made.imports, made.safety)
