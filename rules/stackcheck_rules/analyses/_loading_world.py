"""What a walk over functions asks of the project: what attributes of mapped classes are, and bodies of functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from stackcheck import UNKNOWN, Binding, Evaluator, Expr, Kind, Scope, Span, parse_tree, span_reader
from stackcheck_rules.analyses._orm_drafts import MAPPED_WORDS, ClassKey
from stackcheck_rules.analyses.orm_classes import OrmClass, Relationship, orm_classes

# https://docs.sqlalchemy.org/en/21/orm/queryguide/relationships.html
EAGER = {"joined", "selectin", "subquery", "immediate", "False"}
LAZY = {"", "select", "True"}
RISKY = LAZY | EAGER | {"raise", "raise_on_sql"}  # of which a read may fail
PROPERTIES = {
    "builtins.property", "functools.cached_property", "sqlalchemy.ext.hybrid.hybrid_property",
    "pydantic.computed_field",
}  # fmt: skip
SQL = ("sqlalchemy.func", "sqlalchemy.sql", "sqlalchemy.text", "sqlalchemy.select", "sqlmodel.func", "sqlmodel.text")
COLUMN_CALLS = {"sqlalchemy.orm.mapped_column", "sqlalchemy.Column", "sqlmodel.Field", "sqlalchemy.orm.deferred",
                "sqlalchemy.orm.column_property"}  # fmt: skip
KEPT = 50  # files whose lines are at hand
LARGEST_DICT = 4  # values of a dictionary that an expression keeps


class Column(NamedTuple):
    """`deferred` until it is asked for; `updated` by the database itself at each UPDATE; perhaps a primary `key`."""

    deferred: bool
    updated: bool
    key: bool = True


class Mapped(NamedTuple):
    """`above` are the mapped classes above it, itself among them; `plain` is whether its constructor only sets
    what it is given, `leading` the foreign keys of relationships that lead to one object.
    """

    key: ClassKey
    relationships: Mapping[str, Relationship]
    columns: Mapping[str, Column]
    keys: frozenset[str]
    leading: Mapping[str, frozenset[str]]
    above: frozenset[ClassKey]
    plain: bool

    def lazy(self, name: str) -> bool:
        found = self.relationships.get(name)
        return found is not None and found.lazy in LAZY


class Body(NamedTuple):
    """A function as it is written, with a reader of spans."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    span: Callable[[ast.AST], Span]


@dataclass(frozen=True)
class World:
    """`expires` is whether a commit expires objects, as all factories of the project have it, `expiry` as the one
    has it that a session comes from; `followed` are the functions that are walked through where they are called.
    """

    evaluator: Evaluator
    expires: str
    followed: frozenset[ClassKey] = frozenset()
    autoflush: bool = True
    expiry: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    classes: dict[ClassKey, Mapped | None] = field(default_factory=dict)
    bodies: dict[ClassKey, Body | None] = field(default_factory=dict)
    schemas: dict[ClassKey, object] = field(default_factory=dict)

    def symbol(self, file: str, scope: str, expr: Expr) -> str:
        """The dotted name of what a library's name refers to, empty for what the project defines itself."""
        kind = self.evaluator.value(file, scope, expr)
        return "" if kind.file else kind.symbol

    def mapped(self, key: ClassKey) -> Mapped | None:
        """What is known of a mapped class; None for any other."""
        if key not in self.classes:
            found = self.evaluator.fact(orm_classes.name, key)
            is_mapped = isinstance(found, OrmClass) and is_table(key, self)
            self.classes[key] = mapped_of(key, found, self) if is_mapped and isinstance(found, OrmClass) else None
        return self.classes[key]

    def related(self, one: ClassKey, other: ClassKey) -> bool:
        """Whether an object of one class may be one of the other."""
        first, second = self.mapped(one), self.mapped(other)
        return first is None or second is None or one in second.above or other in first.above

    def method(self, key: ClassKey, name: str, after: ClassKey | None = None) -> tuple[Kind, frozenset[str]] | None:
        """The function that a class has under a name, and the decorators on it; of those above `after`, if given."""
        classes = self.evaluator.ancestry(Kind("class", key[1], key[0])).classes
        if after is not None:
            places = [(one.file, one.symbol) for one in classes]
            classes = classes[places.index(after) + 1 :] if after in places else ()
        for above in classes:
            bound = self.evaluator.project.bindings(above.file, above.symbol, name) if above.file else ()
            if bound:
                found = [self.function(above.file, binding.expr) for binding in bound]
                # The getter of a property, of overloads the last.
                return next((one for one in found if one is not None and one[1] & PROPERTIES), found[-1])
        return None

    def function(self, file: str, expr: Expr) -> tuple[Kind, frozenset[str]] | None:
        scope = self.evaluator.project.scope(file, expr[1]) if expr[0] == "def" else None
        return (Kind("function", scope.qualname, file), self.decorators(file, scope)) if scope is not None else None

    def held(self, key: ClassKey, name: str) -> Kind:
        """What an attribute of an object of a class is, as far as its declaration or one step says: to follow
        what methods assign to each other takes longer than it is worth.
        """
        project = self.evaluator.project
        for above in self.evaluator.ancestry(Kind("class", key[1], key[0])).classes:
            if above.file:
                place = (above.file, above.symbol, name)
                bound = [*project.bindings(*place), *project.members(*place)]
                if bound:
                    return self.stated(above.file, bound[0]) if len(bound) == 1 else UNKNOWN
        return UNKNOWN

    def stated(self, file: str, binding: Binding) -> Kind:
        if binding.annotation[0] != "other":
            return self.evaluator.declared(file, binding.scope, binding.annotation)
        match binding.expr:
            case ("name", _) | ("attr", ("name", _), _) | ("call", ("name", _), _, _):
                return self.evaluator.value(file, binding.scope, binding.expr)
        return UNKNOWN

    def decorators(self, file: str, scope: Scope) -> frozenset[str]:
        called = (one[1] if one[0] == "call" else one for one in scope.decorators)
        return frozenset(self.symbol(file, scope.parent, one) for one in called)

    def body(self, file: str, qualname: str) -> Body | None:
        """A function's own tree, read from its lines alone."""
        key = (file, qualname)
        if key not in self.bodies:
            scope = self.evaluator.project.outline(file).scopes.get(qualname)
            self.bodies[key] = self.read(file, scope) if scope is not None and scope.form == "function" else None
        return self.bodies[key]

    def lines_of(self, file: str, scope: Scope) -> list[str]:
        """The lines on which a function stands."""
        if file not in self.lines:
            if len(self.lines) >= KEPT:
                self.lines.clear()
            self.lines[file] = self.evaluator.project.text(file).split("\n")
        return self.lines[file][scope.span.line - 1 : scope.span.end_line]

    def read(self, file: str, scope: Scope) -> Body | None:
        own = self.lines_of(file, scope)
        first, column, _, _ = scope.span
        text = "\n".join(own if column == 1 else ["if True:", *own])
        shift = first - (1 if column == 1 else 2)
        try:
            tree = parse_tree(text)
        except SyntaxError:
            return None  # a definition after a semicolon, a form feed in a line
        node = next((one for one in ast.walk(tree) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
        reader = span_reader(text)

        def span(part: ast.AST) -> Span:
            line, start, end_line, end = reader(part)
            return Span(line + shift, start, end_line + shift, end)

        return Body(node, span) if node is not None else None


def is_table(key: ClassKey, world: World) -> bool:
    """Whether a class is mapped: of SQLModel's, those with `table=True`."""
    scope = world.evaluator.project.scope(*key)
    is_model = world.evaluator.instance(Kind("class", key[1], key[0])).word == "sqlmodel"
    return not is_model or (scope is not None and ("table", ("const", True)) in scope.keywords)


def mapped_of(key: ClassKey, found: OrmClass, world: World) -> Mapped:
    evaluator = world.evaluator
    ancestry = evaluator.ancestry(Kind("class", key[1], key[0]))
    own = [(one.file, one.symbol) for one in ancestry.classes if one.file]
    eager = refreshes(own, world)
    word = evaluator.instance(Kind("class", key[1], key[0])).word
    columns = {name: column_of(name, owner, world, eager) for name, owner in found.columns}
    plain = ancestry.whole and word in MAPPED_WORDS - {"orm-dataclass"}
    plain = plain and not any(evaluator.project.bindings(*one, "__init__") for one in own)
    return Mapped(
        key,
        {one.name: known_lazy(one, world) for one in found.relationships},
        columns,
        frozenset(name for name, column in columns.items() if column.key),
        {one.name: foreign_keys(one, found, world) for one in found.relationships if one.many is False},
        frozenset(one for one in own if isinstance(evaluator.fact(orm_classes.name, one), OrmClass)) - {*found.bases},
        plain,
    )


def foreign_keys(one: Relationship, found: OrmClass, world: World) -> frozenset[str]:
    """The columns of a class by which a relationship leads to one object."""
    target = world.evaluator.fact(orm_classes.name, one.target) if one.target is not None else None
    table = target.table if isinstance(target, OrmClass) else ""
    return frozenset(name for key in found.keys if table and key.table == table for name in key.columns)


def known_lazy(one: Relationship, world: World) -> Relationship:
    """A relationship of SQLModel takes `lazy` from a dictionary, of which only the values are kept."""
    bound = world.evaluator.project.bindings(*one.owner, one.name) if one.backref is None else ()
    keywords = dict(bound[0].expr[3]) if len(bound) == 1 and bound[0].expr[0] == "call" else {}
    if "sa_relationship" in keywords:
        return one._replace(lazy="?")
    match keywords.get("sa_relationship_kwargs"):
        case None:
            return one
        case ("dict", values) if len(values) < LARGEST_DICT:
            texts = {str(value[1]) for value in values if value[0] == "const"}
            lazy = next(iter(texts & EAGER), "" if len(texts) == len(values) and not is_other(texts) else "?")
            return one._replace(lazy=lazy)
    return one._replace(lazy="?")


def is_other(texts: set[str]) -> bool:
    return any(text.startswith(("raise", "noload", "write_only", "dynamic")) for text in texts)


def refreshes(own: list[ClassKey], world: World) -> bool:
    """Whether an UPDATE may bring back what the database sets: `eager_defaults`, or what cannot be read."""
    bound = [binding.expr for one in own for binding in world.evaluator.project.bindings(*one, "__mapper_args__")]
    return any(expr[0] != "dict" or ("const", True) in expr[1] or len(expr[1]) >= LARGEST_DICT for expr in bound)


def column_of(name: str, owner: ClassKey, world: World, eager: bool) -> Column:
    bound = world.evaluator.project.bindings(*owner, name)
    if len(bound) != 1 or bound[0].expr[0] != "call":
        # `Mapped[str | None]` is no key; what an `Annotated` alias says is not known.
        nullable = len(bound) == 1 and bound[0].annotation[0] == "index" and bound[0].annotation[2][0] == "union"
        return Column(False, False, not nullable)
    source = (owner[0], bound[0].scope)
    call = bound[0].expr
    symbol = world.symbol(*source, call[1])
    if symbol not in COLUMN_CALLS:
        return Column(False, False)
    keywords = dict(call[3])
    deferred = symbol.endswith(".deferred") or keywords.get("deferred") == ("const", True)
    inner = keywords.get("sa_column", call[2][0] if symbol.endswith(("deferred", "property")) and call[2] else None)
    if inner is not None and inner[0] == "call":
        keywords |= dict(inner[3])
    updated = is_sql(keywords.get("onupdate"), source, world) or "server_onupdate" in keywords
    return Column(deferred, updated and not eager, keywords.get("primary_key", ("const", False)) != ("const", False))


def is_sql(value: Expr | None, source: tuple[str, str], world: World) -> bool:
    """Whether a value is computed by the database: `func.now()`, `text("…")`."""
    if value is None or value[0] != "call":
        return False
    head = value[1]
    while head[0] == "attr":
        if world.symbol(*source, head).startswith(SQL):
            return True
        head = head[1]
    return world.symbol(*source, head).startswith(SQL)
