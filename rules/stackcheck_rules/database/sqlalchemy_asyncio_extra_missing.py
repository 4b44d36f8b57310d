"""SQLAlchemy required without what its asyncio part needs

## Why is this bad?

`sqlalchemy.ext.asyncio` runs on greenlet. Up to SQLAlchemy 2.0 that came along on most platforms (not on
Apple's processors, for one); 2.1 requires it only with the extra `asyncio`. Without it the first connection
raises `ImportError: The SQLAlchemy asyncio module requires that the Python 'greenlet' library is installed`.
SQLModel does not ask for the extra either.

Reported in projects that import `sqlalchemy.ext.asyncio` and whose requirements and lock do not
name greenlet, or a package that is known to bring it.

## Example

```python
# file: db.py
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
# file: pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["aiosqlite", "sqlalchemy>=2.1"]
```

Use instead:

```python
# file: db.py
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
# file: pyproject.toml
[project]
name = "app"
version = "1"
dependencies = ["aiosqlite", "sqlalchemy[asyncio]>=2.1"]
```

## Fix safety

Safe: the extra adds greenlet and nothing else. A lock has to be written anew (`uv lock`). No fix is offered where a
table of Poetry says more than a version.

## References

- [SQLAlchemy 2.1: greenlet is no longer installed by default](https://docs.sqlalchemy.org/en/21/changelog/migration_21.html#asyncio-greenlet-dependency-no-longer-installs-by-default)
- [SQLAlchemy: asyncio platform installation notes](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html#asyncio-platform-installation-notes)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, RequirementsDocument, Rule, TextEdit, TomlDocument
from stackcheck_rules.analyses.async_projects import async_projects

# The extras of SQLAlchemy that bring greenlet, and packages that do.
EXTRAS = ("aiomysql", "aioodbc", "aiosqlite", "asyncio", "asyncmy", "postgresql-asyncpg")
PACKAGES = ("greenlet", "gevent", "playwright", "advanced-alchemy", "fastapi-users-db-sqlalchemy", "prefect")
BRING_IT = (*PACKAGES, *(f"sqlalchemy[{extra}]" for extra in EXTRAS))
NAMED = re.compile(r"""["']\s*(?P<name>sqlalchemy)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?=[<>=!~;"'])""", re.IGNORECASE)
MESSAGE = "`sqlalchemy.ext.asyncio` needs greenlet, which the project does not require; use `sqlalchemy[asyncio]`"

rule = Rule("STK319", requires=(async_projects,), versions={"sqlalchemy": "1.4"}, severity="warning")


def is_missing(ctx: Context) -> bool:
    """Whether the project uses asyncio and names nothing that would bring greenlet."""
    return bool(ctx.fact(async_projects, "any")) and not any(ctx.mentions(package) for package in BRING_IT)


def lacks(extras: str) -> bool:
    """Whether none of the extras of one requirement brings it; `mentions` does not see what a fix has just added."""
    return not {*EXTRAS} & {extra.strip().lower().replace("_", "-") for extra in extras.split(",")}


def fix_at(end: int, *, extras: bool) -> Fix:
    """The extra is added behind the name, or to the extras, before their bracket."""
    edit = TextEdit(end - 1, end - 1, ",asyncio") if extras else TextEdit(end, end, "[asyncio]")
    return Fix((edit,), "Require the extra `asyncio`")


@rule.on_file("requirements")
def check_requirements(document: RequirementsDocument, ctx: Context) -> Iterator[Finding]:
    for line in document.lines:
        if line.name.lower() == "sqlalchemy" and lacks(",".join(line.extras)) and is_missing(ctx):
            end = document.text.index("]", line.start) + 1 if line.extras else line.start + len(line.name)
            yield Finding(line.span, MESSAGE, fix_at(end, extras=bool(line.extras)))


@rule.on_file("toml")
def check_pyproject(document: TomlDocument, ctx: Context) -> Iterator[Finding]:
    if ctx.path.name != "pyproject.toml":
        return
    for statement in document.statements:
        match statement.path:
            case ("project", "dependencies") | ("project", "optional-dependencies", _) | ("dependency-groups", _):
                for item in document.items(statement):
                    match = NAMED.match(document.text, item.start)
                    if match and lacks(match["extras"] or "") and is_missing(ctx):
                        end = match.end("extras") + 1 if match["extras"] else match.end("name")
                        at = document.span(match.start("name"), end)
                        yield Finding(at, MESSAGE, fix_at(end, extras=bool(match["extras"])))
            case ("tool", "poetry", *_, "dependencies", name) if name.lower() == "sqlalchemy" and is_missing(ctx):
                said = document.value(*statement.path)
                if isinstance(said, str):
                    version = document.text[statement.value_start : statement.end]
                    new = f'{{extras = ["asyncio"], version = {version}}}'
                    edit = TextEdit(statement.value_start, statement.end, new)
                    yield Finding(statement.span, MESSAGE, Fix((edit,), "Require the extra `asyncio`"))
                elif isinstance(said, dict) and lacks(",".join(said.get("extras", ()))):
                    yield Finding(statement.span, MESSAGE)
