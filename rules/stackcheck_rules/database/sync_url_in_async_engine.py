"""URL of a blocking driver in an async engine

## Why is this bad?

`create_async_engine` takes drivers for asyncio only. With `sqlite://`, `postgresql+psycopg2://` or
`mysql+pymysql://` it raises `InvalidRequestError: The asyncio extension requires an async driver to be
used`, and the program ends when the module is imported.

A URL without a driver takes SQLAlchemy's choice: of `postgresql://` that is psycopg2 up to SQLAlchemy 2.0,
which blocks, and psycopg since 2.1, which serves both kinds of engines. Under 2.1 it is reported only where the
project requires another driver for asyncio and not psycopg: then the engine raises `ModuleNotFoundError`.

The URL is followed through constants, functions, settings and the environment. A default there is
reported too: it fails for everybody who does not override it.

## Example

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite:///app.db")
```

Use instead:

```python
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///app.db")
```

## Fix safety

Safe for a literal in the call without query string and without `connect_args`: both are for one driver. Unsafe for a
constant or the default of a setting, of another file too, which a sync engine may need as well (migrations), and for
a text that is put together. No fix is offered for what a function returns. If the project requires a driver for asyncio
already, that one is used; if its requirements name none, the fix is shown and not applied: add the driver first.

## References

- [SQLAlchemy: asyncio](https://docs.sqlalchemy.org/en/21/orm/extensions/asyncio.html)
- [SQLAlchemy: dialects and drivers](https://docs.sqlalchemy.org/en/21/dialects/)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.expected_failures import expected_failures
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.database._drivers import BLOCKING, FOR_ASYNCIO, SINCE_2_1, Scheme, async_scheme, scheme_of
from stackcheck_rules.database._url_fix import scheme_fix
from stackcheck_rules.database._urls import urls_of

rule = Rule("STK306", requires=(KINDS, database_makers), outside=(expected_failures,))


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    url = call.argument(0, "url")
    if url is None or ctx.symbol(call.function, call.scope) != "sqlalchemy.ext.asyncio.create_async_engine":
        return
    for found in urls_of(url.expr, call.scope, ctx):
        scheme = scheme_of(found.text)
        trouble = trouble_of(scheme, ctx) if scheme is not None else ""
        if scheme is not None and trouble:
            new = async_scheme(scheme.dialect, ctx.mentions)
            message = f"{trouble}: `create_async_engine` raises{found.condition}; use `{new}://`"
            yield Finding(url.value, message, scheme_fix(url, found, scheme, new, call, ctx))
            return


def trouble_of(scheme: Scheme, ctx: Context) -> str:
    """What is wrong with a scheme for an async engine; empty where nothing is known to be."""
    dialect, driver = scheme
    chosen = SINCE_2_1.get(dialect)
    if driver or chosen is None or not ctx.allows("sqlalchemy", "2.1"):
        blocking = BLOCKING.get(dialect, ())
        taken = driver or next(iter(blocking), "")
        meant = f"`{scheme}://`" if driver else f"`{scheme}://` is `{taken}`, which"
        return f"{meant} is no async driver" if taken in blocking else ""
    others = [one for one in FOR_ASYNCIO[dialect] if one != chosen and ctx.mentions(one)]
    if ctx.mentions(chosen) is False and others:
        return f"`{scheme}://` is `{chosen}` in SQLAlchemy 2.1, which the project does not require"
    return ""
