"""Which classes SQLAlchemy maps, and which ones stand above those."""

from __future__ import annotations

from typing import Literal

from stackcheck import Context, Expr, Kind
from stackcheck_rules.analyses.descendants import descendants
from stackcheck_rules.sqlalchemy._column_guards import is_dataclass
from stackcheck_rules.sqlalchemy._column_types import Source

BASES = {"sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta"}
Place = Literal["mapped", "above", ""]


def place_of(cls: Kind, name: str, ctx: Context) -> Place:
    """Whether a class is mapped, or stands above one that has no such name of its own; empty if neither is sure."""
    if is_mapped(cls, ctx):
        return "mapped"
    if is_dataclass(cls, ctx) or not ctx.ancestry(cls).whole or ctx.instance(cls).word not in {"orm", "instance"}:
        return ""
    below = (Kind("class", symbol, file) for file, symbol in ctx.fact(descendants, (cls.file, cls.symbol)) or ())
    return "above" if any(is_mapped(one, ctx) and not ctx.bindings(one, name) for one in below) else ""


def is_mapped(cls: Kind, ctx: Context) -> bool:
    """Whether a class certainly has a mapper, and is no dataclass."""
    ancestry = ctx.ancestry(cls)
    if ctx.bindings(cls, "__abstract__") or not ancestry.whole or ctx.instance(cls).word != "orm":
        return False
    if is_dataclass(cls, ctx) or any(ctx.instance(one).word == "orm-dataclass" for one in ancestry.classes):
        return False
    named = any(expr[0] == "const" for expr in ctx.bindings(cls, "__tablename__")) or ctx.bindings(cls, "__table__")
    return bool(named) or not is_base(cls, ctx)


def is_base(cls: Kind, ctx: Context) -> bool:
    """Whether a class may be a base: it extends `DeclarativeBase` itself, or is decorated or made by a metaclass."""
    scope = ctx.scope(cls)
    if scope is None or scope.decorators or scope.keywords:
        return True
    bases = ((base, ctx.kind(base, scope.parent, cls.file)) for base in scope.bases)
    return any(kind.symbol in BASES and ctx.source_of(base, scope.parent, cls.file) is None for base, kind in bases)


def allows_unmapped(cls: Kind, ctx: Context) -> bool:
    """Whether a class, or one above it, may say that it has annotations without `Mapped`."""
    for one in ctx.ancestry(cls).classes:
        if one.file and ctx.bindings(one, "__allow_unmapped__"):
            return True
        scope = ctx.scope(one)
        for base in scope.bases if scope else ():
            given = given_class(base, Source(scope.parent if scope else "", one.file), ctx)
            if given is not None and (given.word != "class" or not given.file or allows_unmapped(given, ctx)):
                return True
    return False


def given_class(base: Expr, at: Source, ctx: Context) -> Kind | None:
    """`Common` for a base that is `declarative_base(cls=Common)`; None for one that is not made with a class."""
    source = ctx.source_of(base, at.scope, at.file)
    bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ()
    if not source or len(bound) != 1 or bound[0][0] != "call":
        return None
    given = dict(bound[0][3]).get("cls")
    return ctx.kind(given, "", source[0]) if given else None
