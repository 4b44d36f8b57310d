"""Declarative classes as a file writes them: which one a statement is of, and where its relationships lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from stackcheck import Applicability, Binding, Context, Expr, ImportRequest, Kind, dotted
from stackcheck_rules.analyses._core_kinds import REFINING as OF_SELECT
from stackcheck_rules.analyses._orm_kinds import REFINING as OF_QUERY
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.orm_classes import MAPPED_WORDS, OrmClass, Relationship, orm_classes

# After these a string no longer means an attribute of the first class that is selected.
TURNING = words("""
    from_self select_entity_from select_from with_polymorphic with_transformation from_statement union union_all
    intersect intersect_all except_ except_all __getitem__
""")
KEEPING = (OF_QUERY | OF_SELECT | words("add_column add_columns add_entity")) - TURNING


class Entity(NamedTuple):
    """A declarative class and how to write it; `safety` is that of taking it for the one that is meant."""

    code: str
    cls: Kind
    imports: tuple[ImportRequest, ...] = ()
    safety: Applicability = "safe"


def is_declarative(kind: Kind, ctx: Context) -> bool:
    """Whether a kind is a declarative class of the project, or one that inherits from it."""
    return kind.word == "class" and bool(kind.file) and ctx.instance(kind).word in MAPPED_WORDS


def is_mapped(kind: Kind, ctx: Context) -> bool:
    """Whether a kind is a declarative class of the project, and no other."""
    return kind.certain and is_declarative(kind, ctx)


def entity_of(expr: Expr, scope: str, ctx: Context) -> Entity | None:
    """The declarative class that an expression is."""
    kind, code = ctx.kind(expr, scope), dotted(expr)
    return Entity(code, kind) if code and is_mapped(kind, ctx) else None


def statement_entity(statement: Expr, scope: str, ctx: Context) -> Entity | None:
    """The class in which a query or a select looks for what a string names: the first one that it selects."""
    match statement:
        case ("call", ("attr", _, "query"), (first, *_), _):
            return selected(first, scope, ctx)
        case ("attr", owner, "query"):  # what `query_property()` gives a class
            return entity_of(owner, scope, ctx)
        case ("call", ("attr", inner, str(name)), _, _) if name in KEEPING:
            return statement_entity(inner, scope, ctx)
        case ("call", function, (first, *_), _) if ctx.symbol(function, scope) == "sqlalchemy.select":
            return selected(first, scope, ctx)
        case ("call", ("attr", _, str(name)), _, _) if name in TURNING:
            return None
        case ("either", (first, *others)):  # `if name: query = query.filter(…)`
            found = statement_entity(first, scope, ctx)
            return found if all(statement_entity(one, scope, ctx) == found for one in others) else None
    kind = ctx.kind(statement, scope)
    if kind.word not in {"query", "select"} or not kind.certain or not kind.args or not is_mapped(kind.args[0], ctx):
        return None
    # It was made elsewhere, where it may have been turned to another class.
    found = named(kind.args[0], scope, ctx)
    return found and found._replace(safety="unsafe")


def selected(first: Expr, scope: str, ctx: Context) -> Entity | None:
    """The class of `query(User)` and of `query(User.id)`."""
    found = entity_of(first, scope, ctx)
    if found is None and first[0] == "attr":
        owner = entity_of(first[1], scope, ctx)
        return owner if owner is not None and relationship(owner, first[2], ctx) is None else None
    return found


def named(cls: Kind, scope: str, ctx: Context, beside: Entity | None = None) -> Entity | None:
    """A class by a name that the file has for it, or can import from where it has that of another one."""
    for name, bound in visible(scope, ctx):
        own = all(one.runtime and one.expr[0] in {"class", "from"} for one in bound)
        if own and is_same(ctx.kind(("name", name), scope), cls):
            return Entity(name, cls)
    return neighbour(cls, beside, scope, ctx) if beside is not None else None


def visible(scope: str, ctx: Context) -> Iterator[tuple[str, Sequence[Binding]]]:
    """The names that a scope sees, its own first."""
    scopes = ctx.outline.scopes
    seen: set[str] = set()
    here = scope
    while True:
        if here in {"", scope} or scopes[here].form == "function":
            yield from ((name, bound) for name, bound in scopes[here].bindings.items() if name not in seen)
            seen.update(scopes[here].bindings)
        if not here:
            return
        here = scopes[here].parent


def neighbour(cls: Kind, beside: Entity, scope: str, ctx: Context) -> Entity | None:
    """A class by the module from which another one comes: `models.Post` beside `models.User`."""
    name, names = cls.symbol, dict(visible(scope, ctx))
    first, *rest = beside.code.split(".")
    if rest:
        expr: Expr = ("name", first)
        for part in (*rest[:-1], name):
            expr = ("attr", expr, part)
        return Entity(dotted(expr), cls) if is_same(ctx.kind(expr, scope), cls) else None
    match [one.expr for one in names.get(beside.code, ())]:
        case [("from", str(module), _)] if name not in names and is_same(ctx.kind(("from", module, name)), cls):
            return Entity(name, cls, (ImportRequest(as_written(module, ctx), name),))
    return None


def as_written(module: str, ctx: Context) -> str:
    """A module as a file imports it: one that is relative, and so counts from the root, is relative to the file."""
    if not module.startswith("."):
        return module
    package, path = ctx.file.split("/")[:-1], module[1:].split(".")
    shared = len([*takewhile(lambda pair: pair[0] == pair[1], zip(package, path, strict=False))])
    return "." * (len(package) - shared + 1) + ".".join(path[shared:])


def is_same(kind: Kind, cls: Kind) -> bool:
    return kind.word == "class" and kind.certain and (kind.file, kind.symbol) == (cls.file, cls.symbol)


def mappings(cls: Kind, ctx: Context) -> Iterator[OrmClass]:
    """What is mapped in a class, and in those above it: a backref is known of the class that it is made on."""
    for above in ctx.ancestry(cls).classes:
        found = ctx.fact(orm_classes, (above.file, above.symbol)) if above.file else None
        if isinstance(found, OrmClass):
            yield found


def has_column(entity: Entity, name: str, ctx: Context) -> bool:
    return any(mapped.has_column(name) for mapped in mappings(entity.cls, ctx))


def relationship(entity: Entity, name: str, ctx: Context) -> Relationship | None:
    found = (mapped.relationship(name) for mapped in mappings(entity.cls, ctx))
    return next((one for one in found if one is not None), None)


def attribute(entity: Entity, name: str, ctx: Context) -> str | None:
    """`User.posts`, if the class has such an attribute."""
    known = relationship(entity, name, ctx) is not None or has_column(entity, name, ctx)
    above = (cls for cls in ctx.ancestry(entity.cls).classes if cls.file)
    return f"{entity.code}.{name}" if known or any(ctx.bindings(cls, name) for cls in above) else None


def led_to(entity: Entity, name: str, scope: str, ctx: Context) -> Entity | None:
    """The class that a relationship of a class leads to."""
    found = relationship(entity, name, ctx)
    if found is None or found.target is None:
        return None
    file, qualname = found.target
    target = named(Kind("class", qualname, file), scope, ctx, entity)
    return target and target._replace(
        imports=(*entity.imports, *target.imports), safety="unsafe" if entity.safety == "unsafe" else target.safety
    )


def path_end(path: Expr, before: Entity | None, scope: str, ctx: Context) -> Entity | None:
    """The class that a step of a path leads to: `User.posts`, `User.posts.of_type(Draft)`, or `"posts"` of `before`."""
    match path:
        case ("const", str(name)) if before is not None:
            return led_to(before, name, scope, ctx)
        case ("attr", owner, str(name)):
            entity = entity_of(owner, scope, ctx)
            return led_to(entity, name, scope, ctx) if entity is not None else None
        case ("call", ("attr", _, "of_type"), (cls,), ()):
            return entity_of(cls, scope, ctx)
        case ("call", ("attr", inner, "and_"), _, _):
            return path_end(inner, before, scope, ctx)
    return None
