"""Statements that load collections by a join: which loader options they have, on each way to a place."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.orm_classes import orm_classes

SELECTS = {"sqlalchemy.select", "sqlmodel.select"}
JOINED = words("joinedload contains_eager")
LOADERS = JOINED | words("""
    defaultload defer immediateload lazyload load_only noload raiseload selectinload subqueryload undefer
""")
# What may stand between `select(User)` and its execution, with the rows still being of `User`.
REFINING = words("""
    distinct execution_options filter filter_by group_by having join join_from limit offset options order_by outerjoin
    outerjoin_from params select_from slice where with_for_update
""")
FOREVER_LAZY = {"dynamic", "write_only"}
Step = tuple[str, tuple[Expr, ...]]  # a method, or `select`, and its positional arguments


def ways(statement: Expr, scope: str, ctx: Context) -> Iterator[tuple[Step, ...]]:
    """The calls that make a statement, from `select` on, for each way on which it can have been made.

    Nothing where that is not known.
    """
    match statement:
        case ("either", items):
            for item in items:
                yield from ways(item, scope, ctx)
        case ("as", _, value):
            yield from ways(value, scope, ctx)
        case ("call", function, given, _) if ctx.symbol(function, scope) in SELECTS:
            yield (("select", given),)
        case ("call", ("attr", owner, name), given, _):
            yield from ((*way, (name, given)) if way else () for way in ways(owner, scope, ctx))
        case _:
            yield ()


def joins_collection(way: tuple[Step, ...], scope: str, ctx: Context) -> bool:
    """Whether a statement of one entity loads a collection of it by a join."""
    if not way:
        return False
    (_, entities), *steps = way
    if len(entities) != 1 or ctx.kind(entities[0], scope).word != "class":
        return False
    if any(name not in REFINING for name, _ in steps):
        return False
    options = [option for name, given in steps if name == "options" for option in given]
    paths = [path for option in options for path in loader_paths(option, scope, ctx)]
    begun = [path[0][1] for path in paths if path]
    return any(is_joined(path, scope, ctx) and begun.count(path[0][1]) == 1 for path in paths if path)


def loader_paths(option: Expr, scope: str, ctx: Context) -> Iterator[tuple[tuple[str, Expr], ...]]:
    """The (loader, attribute)s of an option, from the entity on; several where `options` branches it."""
    match option:
        case ("call", function, given, _) if ctx.symbol(function, scope).startswith("sqlalchemy.orm."):
            name = ctx.symbol(function, scope).rpartition(".")[2]
            yield ((name, given[0]),) if name in LOADERS and given else ()
        case ("call", ("attr", owner, "options"), given, _):
            for before in loader_paths(owner, scope, ctx):
                yield from ((*before, *path) for inner in given for path in loader_paths(inner, scope, ctx))
        case ("call", ("attr", owner, name), (attribute, *_), _) if name in LOADERS:
            yield from ((*before, (name, attribute)) for before in loader_paths(owner, scope, ctx))


def is_joined(path: tuple[tuple[str, Expr], ...], scope: str, ctx: Context) -> bool:
    """Whether a collection is reached by joins alone."""
    for loader, attribute in path:
        if loader not in JOINED:
            return False
        if leads_to_many(attribute, scope, ctx):
            return True
    return False


def leads_to_many(attribute: Expr, scope: str, ctx: Context) -> bool:
    match attribute:
        case ("call", ("attr", inner, "of_type" | "and_"), _, _):
            return leads_to_many(inner, scope, ctx)
        case ("attr", owner, str(name)):
            cls = ctx.kind(owner, scope)
            mapped = ctx.fact(orm_classes, (cls.file, cls.symbol)) if cls.word == "class" else None
            relationship = mapped.relationship(name) if mapped is not None else None
            return relationship is not None and relationship.many is True and relationship.lazy not in FOREVER_LAZY
    return False
