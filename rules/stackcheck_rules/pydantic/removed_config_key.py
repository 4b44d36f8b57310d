"""Option of a model that Pydantic 2 removed without a successor

## Why is this bad?

Pydantic v2 ignores it, wherever it is set, with at most a warning that names neither the class nor the
line: the messages of `error_msg_templates` are not shown, a `getter_dict` is never asked, `json_dumps` is
never called, and unions are smart although `smart_union` is False. As a keyword of the class it is a
`TypeError`.

Options that were renamed are STK101's and STK102's findings; so are those that ask for what v2 always
does, as `smart_union = True`. A `getter_dict` that is written as a function is rewritten by STK101.

## Example

```python
import json

from pydantic import BaseModel


def dumps(value, *, default):
    return json.dumps(value, default=default, sort_keys=True)


class Event(BaseModel):
    name: str

    class Config:
        json_dumps = dumps
```

Use instead:

```python
import json

from pydantic import BaseModel


class Event(BaseModel):
    name: str

    def text(self) -> str:
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)
```

## References

- [Pydantic: changes to config](https://docs.pydantic.dev/latest/migration/#changes-to-config)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._config_parts import Part
from stackcheck_rules.analyses.config_classes import ConfigClass, config_classes
from stackcheck_rules.analyses.config_keys import ConfigKey, config_keys
from stackcheck_rules.analyses.config_shares import config_shares
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_keys import ALWAYS, REMOVED
from stackcheck_rules.pydantic._config_proof import is_option, owner_of

rule = Rule(
    "STK103",
    gate=tuple(REMOVED),
    requires=(KINDS, config_classes, config_keys, config_shares),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)


@rule.on_fact(config_classes)
def check_class(config: ConfigClass, ctx: Context) -> Iterator[Finding]:
    removed = [part for part in config.parts if part.name in REMOVED and (part.name, part.code) not in ALWAYS]
    if removed and owner_of(config, ctx):
        yield from (Finding(part.at, message(part.name)) for part in removed if is_reported(part, config))


@rule.on_fact(config_keys)
def check_key(key: ConfigKey, ctx: Context) -> Iterator[Finding]:
    if key.name in REMOVED and (key.name, key.code) not in ALWAYS and is_option(key, ctx):
        yield Finding(key.at, message(key.name))


def is_reported(part: Part, config: ConfigClass) -> bool:
    """`fields` that only name environment variables are another rule's."""
    return part.name != "fields" or all(name != "env" for entry in config.fields or () for name, _ in entry.options)


def message(name: str) -> str:
    return f"`{name}` does nothing in Pydantic v2: {REMOVED[name]}"
