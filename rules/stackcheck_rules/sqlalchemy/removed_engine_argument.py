"""Argument of `create_engine` that SQLAlchemy 2.0 has not

## Why is this bad?

`convert_unicode`, `encoding`, `case_sensitive` and `pool_threadlocal` are gone: `create_engine` raises
`TypeError`. `implicit_returning`, `empty_in_strategy` and `server_side_cursors` are deprecated, and the first
two have no effect any more. `engine.connect(close_with_result=True)` raises.

SQLAlchemy 2.1 also warns where a SQLite URL says `mode=memory` and no `poolclass` is given: a future
release takes another pool for it, and each of its connections would have a database of its own.

## Example

```python
from sqlalchemy import create_engine

engine = create_engine("sqlite:///./app.db", convert_unicode=True, echo=True)
```

Use instead:

```python
from sqlalchemy import create_engine

engine = create_engine("sqlite:///./app.db", echo=True)
```

## Fix safety

Safe for arguments that do nothing: `convert_unicode`, `empty_in_strategy`, `encoding="utf-8"`,
`case_sensitive=True`, and `implicit_returning` where the project does not allow SQLAlchemy 1.4 (where
`implicit_returning=False` has an effect, the fix is unsafe). No fix is offered for the others:
`server_side_cursors` is the execution option `stream_results`, and an in-memory database takes
`poolclass=StaticPool`. `strategy="mock"` is `renamed-core-method` (STK260).

## References

- [`create_engine()`](https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.create_engine)
- [In-memory databases in threads](https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#using-a-memory-database-in-multiple-threads)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, Finding, Fix, Rule
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import without_argument
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS
from stackcheck_rules.sqlalchemy._receivers import receivers
from stackcheck_rules.sqlalchemy._url_texts import url_text

INSTEAD = {
    "case_sensitive": "is gone in SQLAlchemy 2.0, which heeds case",
    "convert_unicode": "is gone in SQLAlchemy 2.0; strings are Unicode",
    "empty_in_strategy": "has no effect and is deprecated",
    "encoding": "is gone in SQLAlchemy 2.0; drivers know their encoding",
    "implicit_returning": "has no effect in SQLAlchemy 2.0 and is deprecated",
    "pool_threadlocal": "is gone; use a connection per task or thread",
    "server_side_cursors": "is deprecated; use the execution option `stream_results`",
}
# What the argument is where leaving it out changes nothing; None: whatever it is.
WITHOUT_EFFECT: dict[str, set[object] | None] = {
    "case_sensitive": {True},
    "convert_unicode": None,
    "empty_in_strategy": None,
    "encoding": {"utf-8", "utf8"},
    "implicit_returning": None,
}

rule = Rule(
    "STK244",
    requires=(KINDS, database_calls, database_makers),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    if ctx.symbol(call.function, call.scope) not in ENGINE_MAKERS:
        return
    for given in call.arguments:
        if given.name in INSTEAD:
            yield Finding(given.span, f"`{given.name}` {INSTEAD[given.name]}", fix_of(given, call, ctx))
    url = call.argument(0, "url")
    if url is None or not call.whole_known or call.argument(-1, "poolclass"):
        return
    text = url_text(url.expr, call.scope, ctx) if ctx.allows("sqlalchemy", "2.1") else ""
    if text.startswith("sqlite") and "mode=memory" in text:
        yield Finding(url.value, "a pool for `mode=memory` is no longer chosen for you; pass `poolclass=StaticPool`")


def fix_of(given: Argument, call: Call, ctx: Context) -> Fix | None:
    harmless = WITHOUT_EFFECT.get(given.name, set())
    if harmless is not None and (given.expr[0] != "const" or given.expr[1] not in harmless):
        return None
    edit = without_argument(given, call, ctx)
    if edit is None:
        return None
    turned_off = given.name == "implicit_returning" and given.expr != ("const", True)
    safety: Applicability = "unsafe" if turned_off and not ctx.allows("sqlalchemy", "2.0") else "safe"
    return Fix((edit,), f"Leave `{given.name}` out", applicability=safety)


@rule.on_fact(database_calls)
def check_connect(call: Call, ctx: Context) -> Iterator[Finding]:
    given = call.argument(-1, "close_with_result")
    if call.name == "connect" and given is not None and receivers(call, {"engine"}, ctx):
        yield Finding(given.span, "`close_with_result` is gone in SQLAlchemy 2.0; use `with engine.connect()`")
