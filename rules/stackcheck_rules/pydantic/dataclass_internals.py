"""Pydantic dataclass used or configured as in Pydantic 1

## Why is this bad?

In Pydantic 1 a dataclass had a model behind it: `Point.__pydantic_model__`, `__pydantic_initialised__`
and their like are gone from Pydantic 2, and reading them raises an `AttributeError`. What the
model was for, a `TypeAdapter` of the dataclass does.

A class of options is deprecated as `config=` as it is in a model, and options that were renamed are
ignored in it. A `class Config` inside the dataclass is ignored as a whole, as it was in Pydantic 1.

## Example

```python
from pydantic.dataclasses import dataclass


class Config:
    anystr_strip_whitespace = True


@dataclass(config=Config)
class Point:
    name: str


schema = Point.__pydantic_model__.schema()
```

Use instead:

```python
from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

Config = ConfigDict(str_strip_whitespace=True)


@dataclass(config=Config)
class Point:
    name: str


schema = TypeAdapter(Point).json_schema()
```

## Fix safety

A class of options becomes a `ConfigDict` of the same name, with the options' new names. That is safe
where all uses of the class can follow, in whatever file; unsafe where an option has changed its meaning.

Calls of the model behind the dataclass are unsafe to rewrite: the schema is of a newer draft, and
what is validated is an instance of the dataclass, no longer of the model.

## References

- [Pydantic: changes to dataclasses](https://docs.pydantic.dev/latest/migration/#changes-to-dataclasses)
- [Dataclass config](https://docs.pydantic.dev/latest/concepts/dataclasses/#dataclass-config)
- [`TypeAdapter`](https://docs.pydantic.dev/latest/concepts/type_adapter/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Imported, ImportRequest, Kind, Rule
from stackcheck_rules.analyses.config_classes import ConfigClass, config_classes
from stackcheck_rules.analyses.config_shares import Share, config_shares
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.hidden_models import CONFIG, MODEL, HiddenUse, hidden_models
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_shared import shared_fix
from stackcheck_rules.pydantic._models import definer

rule = Rule(
    "STK157",
    requires=(KINDS, config_classes, config_shares, hidden_models),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)
DATACLASS = "pydantic-dataclass"
CONFIGURED = {"pydantic.dataclasses.dataclass", "pydantic.validate_arguments", "pydantic.validate_call"}
METHODS = {"parse_obj": "validate_python", "parse_raw": "validate_json", "schema": "json_schema",
           "validate": "validate_python"}  # fmt: skip
TITLE = "Use a `TypeAdapter`"


@rule.on_fact(config_shares)
def check_config(share: Share, ctx: Context) -> Iterator[Finding]:
    if share.form == "keyword" and ctx.symbol(share.function, share.scope) in CONFIGURED:
        shared = ctx.kind(share.value, share.scope)
        if shared.word == "class" and shared.file:
            message = f"`{share.code}` is a class of options; use a `ConfigDict`"
            yield Finding(share.at, message, shared_fix(shared, ctx))


@rule.on_fact(config_classes)
def check_nested(config: ConfigClass, ctx: Context) -> Iterator[Finding]:
    if config.nested and ctx.instance(Kind("class", config.owner, ctx.file)).word == DATACLASS:
        name = config.owner.rpartition(".")[2].partition("#")[0]
        says = "is ignored; pass `config=ConfigDict(…)` to the decorator"
        yield Finding(config.at, f"`class Config` in the dataclass `{name}` {says}")


@rule.on_fact(hidden_models)
def check_use(use: HiddenUse, ctx: Context) -> Iterator[Finding]:
    kind = ctx.kind(use.owner, use.scope)
    if use.name == CONFIG:
        owner = ctx.instance(Kind("class", use.scope, ctx.file))
        if owner.word == DATACLASS and kind.word == "class" and kind.file:
            yield Finding(use.at, f"`{use.owner_code}` is a class of options; use a `ConfigDict`")
        return
    instance = ctx.instance(kind) if kind.word == "class" else kind
    if instance.word == DATACLASS and kind.certain and not definer(kind, use.name, ctx):
        message = f"`{use.name}` is gone from dataclasses in Pydantic 2; use a `TypeAdapter`"
        yield Finding(use.at, message, adapter_fix(use, ctx) if kind.word == "class" and use.name == MODEL else None)


def adapter_fix(use: HiddenUse, ctx: Context) -> Fix | None:
    """`TypeAdapter(Point).json_schema()` for `Point.__pydantic_model__.schema()`."""
    adapter = ctx.name("pydantic.TypeAdapter", use.scope)
    if use.method == "__fields__":
        code = f"{use.owner_code}.__pydantic_fields__"
        return Fix(ctx.edits([(use.whole, code)]), "Use `__pydantic_fields__`", applicability="unsafe")
    if adapter is None or not use.called:
        return None
    made, requests = f"{adapter.code}({use.owner_code})", adapter.requests
    if use.method == "schema_json" and not use.words:
        known = "json" in ctx.outline.module.bindings and ctx.name("json.dumps")
        dumps = known or Imported("json.dumps", (ImportRequest("json"),))
        code, requests = f"{dumps.code}({made}.json_schema())", (*requests, *dumps.requests)
    elif use.method not in METHODS or {*use.words} - ({"by_alias", "ref_template"} if use.method == "schema" else {""}):
        return None
    else:
        code = f"{made}.{METHODS[use.method]}({use.args})"
    return Fix(ctx.edits([(use.whole, code)]), TITLE, requests, "unsafe")
