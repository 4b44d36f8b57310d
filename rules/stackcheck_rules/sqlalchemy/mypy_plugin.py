"""Mypy plugin of SQLAlchemy

## Why is this bad?

The plugin read types into 1.x models, where `Column` says nothing of them. It is deprecated since 2.0,
and gone from SQLAlchemy 2.1: Mypy stops with "Error importing plugin". Models with `Mapped[]` need none.

Only pyproject.toml is read, not mypy.ini or setup.cfg.

## Example

```toml
[tool.mypy]
strict = true
plugins = ["pydantic.mypy", "sqlalchemy.ext.mypy.plugin"]
```

Use instead:

```toml
[tool.mypy]
strict = true
plugins = ["pydantic.mypy"]
```

## Fix safety

Unsafe: until the models have `Mapped[]`, Mypy finds other errors without the plugin.

## References

- [SQLAlchemy: Mypy support for ORM mappings](https://docs.sqlalchemy.org/en/20/orm/extensions/mypy.html)
- [SQLAlchemy 2.0: migrating an existing mapping](https://docs.sqlalchemy.org/en/20/changelog/whatsnew_20.html#migrating-an-existing-mapping)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TextEdit, TomlDocument, TomlStatement
from stackcheck_rules.analyses.eras import SQLALCHEMY_2

PLUGIN = "sqlalchemy.ext.mypy.plugin"
PLACE = ("tool", "mypy", "plugins")

rule = Rule("STK298", versions={"sqlalchemy": "2.0"}, without=SQLALCHEMY_2, severity="warning")


@rule.on_file("toml")
def check(document: TomlDocument, ctx: Context) -> Iterator[Finding]:
    statement = document.find(*PLACE)
    if ctx.path.name != "pyproject.toml" or statement is None or statement.path != PLACE:
        return
    plugins = document.value(*PLACE)
    named = [part.strip() for part in plugins.split(",")] if isinstance(plugins, str) else plugins
    if not isinstance(named, list) or PLUGIN not in named:
        return
    edit = without_statement(statement, document) if named == [PLUGIN] else without_item(statement, named, document)
    left = [plugin for plugin in named if plugin != PLUGIN]
    after = document.edited([edit]) if edit else None
    fix = None
    if edit and after and after.value(*PLACE) == (left or None):
        fix = Fix((edit,), "Remove the plugin", applicability="unsafe")
    message = "the Mypy plugin is gone from SQLAlchemy 2.1; annotate the models with `Mapped` and remove it"
    yield Finding(statement.span, message, fix)


def without_statement(statement: TomlStatement, document: TomlDocument) -> TextEdit | None:
    """The edit that takes the lines of a statement out; None where a comment speaks of it."""
    lines = document.text[statement.line_start : statement.line_end]
    return None if "#" in lines else TextEdit(statement.line_start, statement.line_end, "")


def without_item(statement: TomlStatement, named: list[object], document: TomlDocument) -> TextEdit | None:
    """The edit that takes the plugin out of an array; its neighbour's comma goes with it."""
    items = document.items(statement)
    if len(items) != len(named):
        return None
    at = named.index(PLUGIN)
    start, end = (items[at].start, items[at + 1].start) if at + 1 < len(items) else (items[at - 1].end, items[at].end)
    return None if "#" in document.text[start:end] else TextEdit(start, end, "")
