"""Option of a model under the name that Pydantic 1 had for it

## Why is this bad?

In `model_config`, a `ConfigDict` or a dictionary, Pydantic v2 ignores an option that it renamed, with a
warning that names neither the class nor the line: a model with `ConfigDict(orm_mode=True)` does not read
ORM objects. As a keyword of the class, `class User(BaseModel, orm_mode=True)`, it is a `TypeError`; so is
a class as `__config__` of `create_model`. `schema_generator` has no effect since 2.10, and
`with_config(config=…)` is deprecated since 2.11.

## Example

```python
from pydantic import BaseModel, ConfigDict


class User(BaseModel):
    model_config = ConfigDict(orm_mode=True, smart_union=True)

    name: str
```

Use instead:

```python
from pydantic import BaseModel, ConfigDict


class User(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
```

## Fix safety

Safe where the option has a new name, or where v2 always does what it asked for: Pydantic then does what
was evidently meant. `allow_mutation=False` makes the fix unsafe: `frozen=True` also makes the model
hashable and raises another exception.

A class that is given to `create_model` becomes a `ConfigDict` of the same name, together with all its
other uses; no fix is offered where one of them cannot follow.

## References

- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
- [Pydantic: `ConfigDict`](https://docs.pydantic.dev/latest/api/config/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.config_classes import config_classes
from stackcheck_rules.analyses.config_keys import ConfigKey, config_keys
from stackcheck_rules.analyses.config_shares import Share, config_shares
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_key_fixes import dropped, frozen, new_name, renamed
from stackcheck_rules.pydantic._config_keys import ALWAYS, RENAMED
from stackcheck_rules.pydantic._config_proof import is_option
from stackcheck_rules.pydantic._config_shared import shared_fix

rule = Rule(
    "STK102",
    requires=(KINDS, config_classes, config_keys, config_shares),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(config_keys)
def check(key: ConfigKey, ctx: Context) -> Iterator[Finding]:
    if key.form == "config":
        if ctx.symbol(key.function, key.scope) == "pydantic.with_config" and ctx.allows("pydantic", "2.11"):
            fix = Fix(ctx.edits([(key.cut, "")]), "Pass the configuration by position") if key.cut else None
            yield Finding(key.at, "`config` of `with_config` is deprecated; pass the configuration by position", fix)
    elif key.name in RENAMED and is_option(key, ctx):
        new = new_name(key, ctx)
        does = "is refused by" if key.form == "keyword" else "does nothing in"
        yield Finding(key.at, f"`{key.name}` {does} Pydantic v2; it is `{new}` now", renamed(key, new, ctx))
    elif (key.name, key.code) in ALWAYS and is_option(key, ctx):
        message = f"`{key.name}={key.code}` is what Pydantic v2 always does; the option is gone"
        yield Finding(key.at, message, dropped(key, ctx))
    elif key.name == "allow_mutation" and is_option(key, ctx):
        yield Finding(
            key.at, "`allow_mutation` is gone from Pydantic v2; it is the opposite of `frozen`", frozen(key, ctx)
        )
    elif (
        key.name == "schema_generator" and key.code != "None" and ctx.allows("pydantic", "2.10") and is_option(key, ctx)
    ):
        yield Finding(key.at, "`schema_generator` has no effect since Pydantic 2.10", dropped(key, ctx))


@rule.on_fact(config_shares)
def check_argument(share: Share, ctx: Context) -> Iterator[Finding]:
    if share.form == "keyword" and share.word == "__config__":
        shared = ctx.kind(share.value, share.scope)
        if shared.word == "class" and ctx.symbol(share.function, share.scope) == "pydantic.create_model":
            message = (
                f"`create_model` of Pydantic v2 takes a `ConfigDict` as `__config__`, not the class `{share.code}`"
            )
            yield Finding(share.at, message, shared_fix(shared, ctx) if shared.file else None)
