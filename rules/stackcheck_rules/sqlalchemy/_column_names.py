"""How to write the type of a column in a class body, so that it exists there at run time.

SQLAlchemy evaluates the annotation of a column when the class is made: a name that is only imported
for type checkers raises `MappedAnnotationError`.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from stackcheck import Context, Expr, Imported, ImportRequest, expr_of
from stackcheck_rules.sqlalchemy._column_types import WRITABLE, PyType

MAPPED = "sqlalchemy.orm.Mapped"
FUTURE = ("from", "__future__", "annotations")
UNIONS = (3, 10)  # the Python from which `X | None` can be evaluated


def type_name(kind: PyType, attribute: str, scope: str, ctx: Context) -> Imported | None:
    """A column's type as it is written in a class; None where every way to write it is taken."""
    if kind.item is not None:
        inside = type_name(kind.item, attribute, scope, ctx)
        return Imported(f"list[{inside.code}]", inside.requests) if inside and is_free("list", scope, ctx) else None
    if kind.cls is not None:
        code = kind.code or _local_name(kind, ctx)
        return Imported(code, ()) if code and exists(code.partition(".")[0], attribute, scope, ctx) else None
    module, _, name = kind.symbol.rpartition(".")
    if module == "builtins":
        return Imported(name, ()) if is_free(name, scope, ctx) else None
    return _library_name(kind.symbol, module, scope, ctx)


def _library_name(symbol: str, module: str, scope: str, ctx: Context) -> Imported | None:
    """`date`, or `datetime.date` in a file where some class has an attribute `date`."""
    written = ctx.name(symbol, scope)
    if written and not (written.requests and wants_module(module, ctx)):
        return written
    return Imported(symbol, (ImportRequest(module),)) if is_free(module, scope, ctx) else None


def wants_module(module: str, ctx: Context) -> bool:
    """Whether a file is to import a module whole: one way for all, as `datetime` cannot be both module and class."""
    names = {other.rpartition(".")[2] for other in WRITABLE if other.startswith(f"{module}.")}
    bound = ctx.outline.module.bindings
    taken = any(ctx.symbol(("name", name)) != f"{module}.{name}" for name in names & bound.keys())
    return module not in bound and (taken or any(names & other.bindings.keys() for other in ctx.outline.classes()))


def _local_name(kind: PyType, ctx: Context) -> str:
    """What the file calls a class that was met in another file."""
    for local in ctx.outline.module.bindings:
        if ctx.kind(("name", local)) == kind.cls:
            return local
    return ""


def is_free(name: str, scope: str, ctx: Context) -> bool:
    """Whether a name that the file does not import is what it always is."""
    return name not in ctx.outline.module.bindings and name not in ctx.bound_around(scope)


def exists(name: str, attribute: str, scope: str, ctx: Context) -> bool:
    """Whether a name of the file can be evaluated in an annotation of a class's attribute."""
    scopes = ctx.outline.scopes
    around = scope
    while around:
        bound = scopes[around].bindings.get(name, ())
        if bound and around == scope:
            # In the class's own body only a definition is sure to be meant: `date` may be a column.
            return name != attribute and all(binding.expr[0] == "class" for binding in bound)
        if bound and scopes[around].form == "function":
            return not is_deferred(ctx)  # SQLAlchemy looks up text in the module and the class only
        around = scopes[around].parent
    bound = scopes[""].bindings.get(name, ())
    return all(binding.runtime for binding in bound) if bound else hasattr(builtins, name)


def is_deferred(ctx: Context) -> bool:
    """Whether no annotation of the file is evaluated by Python."""
    return any(binding.expr == FUTURE for binding in ctx.outline.module.bindings.get("annotations", ()))


def mapped(inner: Imported, nullable: bool, scope: str, ctx: Context, symbol: str = MAPPED) -> Imported | None:
    """`Mapped[X]`, or that of X or None."""
    around = ctx.name(symbol, scope)
    if around is None:
        return None
    requests = (*inner.requests, *around.requests)
    if not nullable:
        return Imported(f"{around.code}[{inner.code}]", requests)
    if ctx.python >= UNIONS:
        return Imported(f"{around.code}[{inner.code} | None]", requests)
    optional = ctx.name("typing.Optional", scope)
    if optional is None:
        return None
    return Imported(f"{around.code}[{optional.code}[{inner.code}]]", (*requests, *optional.requests))


def parsed(text: str) -> Expr:
    """The tuple form of an annotation that is quoted."""
    try:
        return expr_of(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        return expr_of(None)


def code_inside(text: str) -> str:
    """`str` of `Mapped[str]`."""
    return text[text.index("[") + 1 : text.rindex("]")].strip()


def names_in(expr: Expr) -> Iterator[str]:
    """The names that an annotation has to evaluate; a string that is not its own text gives none."""
    match expr:
        case ("name", str(name)):
            yield name
        case ("attr", value, _):
            yield from names_in(value)
        case ("index", head, inner):
            yield from names_in(head)
            yield from names_in(inner)
        case ("union", left, right):
            yield from names_in(left)
            yield from names_in(right)
        case ("tuple" | "list", items):
            for item in items:
                yield from names_in(item)
