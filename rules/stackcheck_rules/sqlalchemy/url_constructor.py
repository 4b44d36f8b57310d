"""URL that is made by its constructor, changed in place, or named `postgres://`

## Why is this bad?

In SQLAlchemy 2.0 a `URL` is an immutable tuple: `URL("postgresql", host="db")` and `url.database = "app"`
raise. `URL.create()` makes one, `url.set()` gives a changed copy. The dialect `postgres` is long gone:
`create_engine("postgres://…")` raises `NoSuchModuleError`.

## Example

```python
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

url = URL("postgresql+psycopg2", host="localhost", database="app")
replica = create_engine("postgres://replica/app")
```

Use instead:

```python
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

url = URL.create("postgresql+psycopg2", host="localhost", database="app")
replica = create_engine("postgresql://replica/app")
```

## Fix safety

Safe: `URL.create` takes the arguments that `URL` took, and `postgres` was another name of `postgresql`.
Unsafe where all seven fields are given: the constructor works then, and does not check their types. No
fix is offered for assignments, since every name of the URL would have to follow, nor where the URL is
a constant that something else may use.

## References

- [The `URL` object is now immutable](https://docs.sqlalchemy.org/en/14/changelog/migration_14.html#the-url-object-is-now-immutable)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.database_attributes import OF_URLS, DatabaseAttribute, database_attributes
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import extent, function_span, inserted_after, source
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS
from stackcheck_rules.sqlalchemy._url_texts import TAKES_URL, url_text

FIELDS = 7
OLD_DIALECT = re.compile(r"""(["'])postgres(?=[+:])""")

rule = Rule(
    "STK245",
    requires=(KINDS, database_attributes, database_makers),
    versions={"sqlalchemy": "1.4"},
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(database_makers)
def check(call: Call, ctx: Context) -> Iterator[Finding]:
    symbol = ctx.symbol(call.function, call.scope)
    if symbol == "sqlalchemy.engine.URL":
        edit = inserted_after(function_span(call), ".create", ctx)
        whole = len(call.arguments) == FIELDS  # then the constructor works, and takes values of any type
        made = Fix((edit,), "Use `URL.create()`", applicability="unsafe" if whole else "safe")
        yield Finding(call.at, "a `URL` is made by `URL.create()` in SQLAlchemy 2.0", made)
    url = call.argument(0, "url" if symbol in ENGINE_MAKERS else "name_or_url") if symbol in TAKES_URL else None
    if url is not None and url_text(url.expr, call.scope, ctx).startswith(("postgres:", "postgres+")):
        message = "there is no dialect `postgres` in SQLAlchemy; it is `postgresql`"
        yield Finding(url.value, message, dialect_fix(url, ctx))


def dialect_fix(url: Argument, ctx: Context) -> Fix | None:
    found = OLD_DIALECT.match(source(url.value, ctx))
    if found is None:
        return None
    end = extent(url.value, ctx).start + found.end()
    return Fix((TextEdit(end, end, "ql"),), "Use `postgresql`")


@rule.on_fact(database_attributes)
def check_attribute(attribute: DatabaseAttribute, ctx: Context) -> Iterator[Finding]:
    owner = ctx.kind(attribute.owner, attribute.scope)
    if attribute.is_set and attribute.name in OF_URLS and owner.word == "url" and owner.certain:
        new = f"set({attribute.name}=…)"
        yield Finding(attribute.at, f"a `URL` cannot be changed in SQLAlchemy 2.0; use `{new}`")
