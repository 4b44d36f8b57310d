"""Method of `Query` that is called something else now

## Why is this bad?

`with_labels`, `apply_labels`, `add_column`, `as_scalar`, `with_parent` and `instances` still work on SQLAlchemy
2 with a deprecation warning, or as legacy, and have no counterpart on `select()` under these names.

## Example

```python
from sqlalchemy import Column, Integer, func
from sqlalchemy.orm import Query, Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    age = Column(Integer)


def older(session: Session) -> Query:
    average = session.query(func.avg(User.age)).as_scalar()
    return session.query(User).filter(User.age > average).add_column(User.age - average)
```

Use instead:

```python
from sqlalchemy import Column, Integer, func
from sqlalchemy.orm import Query, Session, declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True)
    age = Column(Integer)


def older(session: Session) -> Query:
    average = session.query(func.avg(User.age)).scalar_subquery()
    return session.query(User).filter(User.age > average).add_columns(User.age - average)
```

## Fix safety

Safe: the old names call the new ones. `query.with_parent(user, User.posts)` becomes
`query.filter(with_parent(user, User.posts))`; unsafe after a join, and where it is not known that the query
is of the class that the relationship leads to, as the method asked for children in what was joined last.

No fix is offered for `with_parent` without a relationship, for `instances` (use `from_statement`) and for
`merge_result` (use `merge_frozen_result()`).

## References

- [Legacy query API](https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html#sqlalchemy.orm.Query)
- [`with_parent()`](https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#sqlalchemy.orm.with_parent)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Fix, Rule, Span
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.old_query_calls import FromEnd, old_query_calls
from stackcheck_rules.analyses.orm_classes import orm_classes
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.sqlalchemy._call_edits import has_comment, replaced, source
from stackcheck_rules.sqlalchemy._entities import path_end, statement_entity
from stackcheck_rules.sqlalchemy._receivers import receivers

STYLE = "LABEL_STYLE_TABLENAME_PLUS_COL"
LABELS = f"set_label_style({STYLE})"
RENAMED = {
    "with_labels": LABELS,
    "apply_labels": LABELS,
    "add_column": "add_columns",
    "as_scalar": "scalar_subquery",
    "with_parent": "filter(with_parent(…))",
    "instances": "from_statement",
    "merge_result": "merge_frozen_result()",
}

rule = Rule(
    "STK222",
    requires=(KINDS, old_query_calls, orm_classes),
    versions={"sqlalchemy": "1.4"},
    severity="warning",
    outside=(sqlalchemy_branches,),
)


@rule.on_fact(old_query_calls)
def check(call: Call | FromEnd, ctx: Context) -> Iterator[Finding]:
    if isinstance(call, Call) and call.name in RENAMED and receivers(call, {"query"}, ctx):
        said = f"`Query.{call.name}` is deprecated; use `{RENAMED[call.name]}`"
        yield Finding(call.at, said, fix_of(call, ctx))


def fix_of(call: Call, ctx: Context) -> Fix | None:
    match call.name:
        case "with_labels" | "apply_labels" if not call.arguments:
            style = ctx.name(f"sqlalchemy.{STYLE}", call.scope)
            if style is None:
                return None
            whole, code = Span(*call.at[:2], *call.whole[2:]), f"set_label_style({style.code})"
            return Fix((replaced(whole, code, ctx),), "Use `set_label_style`", style.requests)
        case "add_column" if [one.name for one in call.arguments] == [""]:
            return Fix((replaced(call.at, "add_columns", ctx),), "Use `add_columns`")
        case "as_scalar" if not call.arguments:
            return Fix((replaced(call.at, "scalar_subquery", ctx),), "Use `scalar_subquery`")
        case "with_parent":
            return filtered(call, ctx)
    return None


def filtered(call: Call, ctx: Context) -> Fix | None:
    """`filter(with_parent(user, User.posts))`."""
    parent, path = call.argument(0, "instance"), call.argument(1, "property")
    whole = Span(*call.at[:2], *call.whole[2:])
    function = ctx.name("sqlalchemy.orm.with_parent", call.scope)
    if parent is None or path is None or len(call.arguments) != 2 or function is None or has_comment(whole, ctx):
        return None
    child, of = path_end(path.expr, None, call.scope, ctx), statement_entity(call.receiver, call.scope, ctx)
    if child is None:
        return None
    code = f"filter({function.code}({source(parent.value, ctx)}, {source(path.value, ctx)}))"
    plain = of is not None and of.cls == child.cls and not is_joined(call.receiver)
    edit = replaced(whole, code, ctx)
    return Fix((edit,), "Filter by `with_parent()`", function.requests, "safe" if plain else "unsafe")


def is_joined(statement: Expr) -> bool:
    """Whether a chain joins anything."""
    match statement:
        case ("call", ("attr", inner, str(name)), _, _):
            return name in {"join", "outerjoin"} or is_joined(inner)
        case ("either", _):
            return True
    return False
