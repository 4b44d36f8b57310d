"""Annotations: what `Session | None`, `Annotated[...]`, `list["User"]` or an alias of them promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackcheck.index.expr import Expr, parse_expr
from stackcheck.index.kinds import UNKNOWN, Kind, join

if TYPE_CHECKING:
    from stackcheck.index.evaluator import Evaluator

VAGUE = {"typing.Any", "builtins.object"}
WRAPPERS = {"Optional", "Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly"}
LISTS = {"list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "Iterable", "Collection", "Iterator",
         "AsyncIterator", "AsyncIterable", "MutableSequence", "deque"}  # fmt: skip
GENERATORS = {"Generator", "AsyncGenerator", "Iterator", "AsyncIterator", "Iterable", "AsyncIterable"}
DICTS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}
AWAITABLES = {"Awaitable", "Coroutine"}
TYPE_VARIABLES = {"typing.TypeVar", "typing_extensions.TypeVar"}
NEW_TYPES = {"typing.NewType", "typing_extensions.NewType"}
SELVES = {"typing.Self", "typing_extensions.Self"}
HOMES = {"typing", "typing_extensions", "builtins", "collections", "collections.abc", "contextlib", "types"}


def declared(evaluator: Evaluator, file: str, scope: str, expr: Expr) -> Kind:
    """The kind of the values that an annotation admits; None in a union does not count."""
    match expr:
        case ("const", str(text)):
            return evaluator.declared(file, scope, parse_expr(text))
        case ("const", _):
            return Kind("constant")
        case ("union", left, right):
            return join([evaluator.declared(file, scope, left), evaluator.declared(file, scope, right)])
        case ("index", base, index):
            return _generic(evaluator, file, scope, base, index)
        case ("name", name):
            return _named(evaluator, file, scope, name)
        case ("attr", _, _):
            return _elsewhere(evaluator, file, scope, expr)
    return UNKNOWN


def _elsewhere(evaluator: Evaluator, file: str, scope: str, expr: Expr) -> Kind:
    """What `module.Alias` means as a type, or a name that a star import brings."""
    source = evaluator.definition(file, scope, expr)
    if source is not None:
        return evaluator.declared(source[0], "", ("name", source[1]))
    return _plain(evaluator, evaluator.value(file, scope, expr), file, scope)


def _named(evaluator: Evaluator, file: str, scope: str, name: str) -> Kind:
    bindings, _ = evaluator.lookup(file, scope, name)
    kinds = [_alias(evaluator, file, binding.scope, binding.expr) for binding in bindings]
    if kinds:
        return join(kinds)
    return _elsewhere(evaluator, file, scope, ("name", name))


def _alias(evaluator: Evaluator, file: str, scope: str, expr: Expr) -> Kind:
    """What a name means as a type that is bound to an expression: a class, an import, an alias."""
    match expr:
        case ("from", module, name):
            found = evaluator.project.module(module, file)
            if found not in (None, "?") and (
                evaluator.project.bindings(str(found), "", name) or evaluator.project.stars(str(found))
            ):
                return evaluator.declared(str(found), "", ("name", name))
        case ("index" | "union" | "const", *_):
            return evaluator.declared(file, scope, expr)
        case ("name", _) | ("attr", _, _):
            return evaluator.declared(file, scope, expr)
        case ("call", maker, positional, keywords) if evaluator.value(file, scope, maker).symbol in TYPE_VARIABLES:
            bound = dict(keywords).get("bound")
            among = (bound,) if bound is not None else positional[1:]
            return join([evaluator.declared(file, scope, item) for item in among]) if among else UNKNOWN
        case ("call", maker, (_, original), _) if evaluator.value(file, scope, maker).symbol in NEW_TYPES:
            return evaluator.declared(file, scope, original)
    return _plain(evaluator, evaluator.value(file, scope, expr), file, scope)


def _plain(evaluator: Evaluator, kind: Kind, file: str, scope: str) -> Kind:
    match kind.word:
        case "class":
            return evaluator.instance(kind)
        case "external" if _word(kind) in LISTS | DICTS:
            return Kind("dict" if _word(kind) in DICTS else "list")
        case "external":
            return Kind("instance", kind.symbol)
    return UNKNOWN


def instance_of(evaluator: Evaluator, file: str, scope: str, cls: Expr) -> Kind:
    """What something is that `isinstance(it, cls)` holds of; `cls` may be several classes."""
    if cls[0] == "tuple":
        return join([instance_of(evaluator, file, scope, item) for item in cls[1]])
    if cls[0] == "union":
        return join([instance_of(evaluator, file, scope, item) for item in cls[1:]])
    return _plain(evaluator, evaluator.value(file, scope, cls), file, scope)


def without(evaluator: Evaluator, kind: Kind, file: str, scope: str, cls: Expr) -> Kind:
    """What is left of a union if it is no instance of a class."""
    if kind.word != "union":
        return kind
    gone = [instance_of(evaluator, file, scope, item) for item in (cls[1] if cls[0] == "tuple" else (cls,))]
    return join([part for part in kind.args if not any(_is_one(evaluator, part, other) for other in gone)])


def _is_one(evaluator: Evaluator, kind: Kind, cls: Kind) -> bool:
    """Whether every value of a kind is an instance of a class, which is given as the kind of its instances."""
    if kind.word == cls.word and not cls.symbol:
        return cls.known
    above = evaluator.ancestry(Kind("class", kind.symbol, kind.file)).classes if kind.symbol else ()
    return any((other.symbol, other.file) == (cls.symbol, cls.file) for other in above)


def _word(kind: Kind) -> str:
    """`Optional` for `typing.Optional`, empty for what is none of Python's own generics."""
    home, _, name = kind.symbol.rpartition(".")
    return name if kind.word == "external" and home in HOMES else ""


def _generic(evaluator: Evaluator, file: str, scope: str, base: Expr, index: Expr) -> Kind:
    kind = evaluator.value(file, scope, base)
    word = _word(kind)
    items = index[1] if index[0] == "tuple" else (index,)
    if not items:
        return UNKNOWN

    def inside(position: int) -> Kind:
        return evaluator.declared(file, scope, items[position]) if position < len(items) else UNKNOWN

    if word == "Annotated":
        plain = inside(0)
        if plain.known and plain.symbol not in VAGUE:
            return plain
        markers = [item for item in items[1:] if item[0] == "call"]
        given = [evaluator.provided(file, scope, marker) for marker in markers]
        return next((kind for kind in given if kind.known), UNKNOWN)
    if word in WRAPPERS:
        return inside(0)
    if word == "Union":
        return join([inside(position) for position in range(len(items))])
    if word in GENERATORS:
        return Kind("generator", args=(inside(0),))
    if word in LISTS:
        return Kind("list", args=(inside(0),))
    if word in {"tuple", "Tuple"}:
        if items[-1] == ("const", "..."):
            return Kind("list", args=(inside(0),))
        return Kind("tuple", args=tuple(inside(position) for position in range(len(items))))
    if word in DICTS:
        return Kind("dict", args=(inside(0), inside(1)))
    if word in AWAITABLES:
        return Kind("awaitable", args=(inside(len(items) - 1),))
    if word == "Callable" and len(items) == 2:
        return Kind("callable", args=(inside(1),))
    if word in {"type", "Type"}:
        made = inside(0)
        return Kind("class", made.symbol, made.file) if made.symbol else UNKNOWN
    if word in {"AbstractContextManager", "AbstractAsyncContextManager", "ContextManager", "AsyncContextManager"}:
        return Kind("context", args=(inside(0),))
    if kind.word == "class":
        made = evaluator.instance(kind)
        return made._replace(args=tuple(inside(position) for position in range(len(items))))
    return Kind("instance", kind.symbol) if kind.word == "external" and not word else UNKNOWN
