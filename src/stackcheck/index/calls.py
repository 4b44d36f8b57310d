"""Calls and what comes out of them: results, returns, items, contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackcheck.index import annotation, members
from stackcheck.index.builtin import ITERATING, item
from stackcheck.index.expr import Expr
from stackcheck.index.kinds import BOTTOM, CONSTANT, NO_ARGUMENTS, UNKNOWN, Arguments, Kind, Result, as_sure_as, join

if TYPE_CHECKING:
    from stackcheck.index.evaluator import Evaluator

CONTEXT_MAKERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}
# Decorators that leave what a function returns as it is.
TRANSPARENT = {"functools.lru_cache", "functools.cache", "functools.wraps", "builtins.staticmethod",
               "builtins.classmethod", "typing.overload", "typing.override", "typing_extensions.override",
               "abc.abstractmethod"}  # fmt: skip


def call(
    evaluator: Evaluator, file: str, scope: str, called: Kind, positional: tuple[Expr, ...], keywords: dict[str, Expr]
) -> Kind:
    """What calling `called` gives."""

    def given(at: int) -> Kind:
        kind = evaluator.value(file, scope, positional[at]) if at < len(positional) else UNKNOWN
        return listed(evaluator, kind) if called.symbol in ITERATING else kind

    arguments = Arguments(
        given,
        lambda word: evaluator.value(file, scope, keywords[word]) if word in keywords else UNKNOWN,
        len(positional),
        keywords.keys(),
    )
    match called.word:
        case "class" | "external":
            made = evaluator.table.calls.get(called.symbol) if not called.file else None
            if made is not None:
                return result_of(evaluator, made, called, arguments)
            if called.symbol == "builtins.anext":
                return Kind("awaitable", args=(item(arguments.positional(0)),))
            if called.symbol in {"typing.cast", "typing_extensions.cast"} and positional:
                return evaluator.declared(file, scope, positional[0])
            if called.symbol == "builtins.map":
                return Kind("list", args=(call(evaluator, file, scope, arguments.positional(0), (), {}),))
            if called.symbol == "builtins.super":
                return parent_of(evaluator, file, scope)
            return evaluator.instance(called) if called.word == "class" else UNKNOWN
        case "function":
            made = returned(evaluator, called)
            return own(evaluator, called, made) if called.args else made
        case "callable":
            return called.args[0]
        case "method":
            return result_of(evaluator, evaluator.table.methods[called.symbol], called.args[0], arguments)
        case "unknown" | "bottom" | "constant" | "module":
            return UNKNOWN
    made = evaluator.table.methods.get(f"{called.word}.__call__")
    return result_of(evaluator, made, called, arguments) if made is not None else UNKNOWN


def result_of(evaluator: Evaluator, result: Result, receiver: Kind, arguments: Arguments) -> Kind:
    return with_word(evaluator, result if isinstance(result, Kind) else result(receiver, arguments))


def with_word(evaluator: Evaluator, kind: Kind) -> Kind:
    """A kind that a table gave: it names an instance by its class, whose word is looked up here."""
    args = tuple([with_word(evaluator, part) for part in kind.args]) if kind.args else ()
    if kind.word == "instance":
        return evaluator.instance(Kind("class", kind.symbol, kind.file, args))
    return kind._replace(args=args) if args != kind.args else kind


def iterated(evaluator: Evaluator, whole: Kind) -> Kind:
    """What a loop over something gives."""
    made = evaluator.table.methods.get(f"{whole.word}.__iter__")
    return result_of(evaluator, made, whole, NO_ARGUMENTS) if made is not None else item(whole)


def listed(evaluator: Evaluator, whole: Kind) -> Kind:
    """What a family's table says can be looped over, as a list of what that gives."""
    if f"{whole.word}.__iter__" not in evaluator.table.methods:
        return whole
    return Kind("list", args=(as_sure_as(iterated(evaluator, whole), whole),))


def returned(evaluator: Evaluator, function: Kind) -> Kind:
    """What calling a function of the project gives."""
    key = ("returned", function.file, function.symbol)
    return evaluator.project.trace.remember(key, BOTTOM, lambda: returned_by(evaluator, function))


def own(evaluator: Evaluator, method: Kind, made: Kind) -> Kind:
    """`Self` in what a method gives is the class that it was called on."""
    if made.symbol in annotation.SELVES:
        owner = method.args[0]
        return evaluator.instance(owner) if owner.word == "class" else owner
    if made.args:
        return made._replace(args=tuple(own(evaluator, method, part) for part in made.args))
    return made


def returned_by(evaluator: Evaluator, function: Kind) -> Kind:
    scope = evaluator.project.scope(function.file, function.symbol)
    if scope is None:
        return UNKNOWN
    certain = True
    context = False
    for decorator in scope.decorators:
        called = decorator[1] if decorator[0] == "call" else decorator
        symbol = evaluator.value(function.file, scope.parent, called).symbol
        context = context or symbol in CONTEXT_MAKERS
        certain = certain and symbol in TRANSPARENT | CONTEXT_MAKERS | members.PROPERTIES
    declared = evaluator.declared(function.file, scope.parent, scope.returns)
    if scope.yields:
        made = declared.args[0] if declared.word == "generator" and declared.args else UNKNOWN
        if not made.known:
            made = join([evaluator.value(function.file, function.symbol, given) for given in scope.yields])
        return Kind("context" if context else "generator", args=(made,), certain=certain)
    values = [evaluator.value(function.file, function.symbol, given) for given in scope.values]
    if not declared.known or declared.symbol in annotation.VAGUE:
        declared = join(values) if values else CONSTANT
    elif any(value.word == "class" for value in values) and declared.word != "class":
        declared = UNKNOWN  # `-> Schema` over `return create_model(…)`: the annotation means the class
    declared = declared if certain else declared._replace(certain=False)
    return Kind("awaitable", args=(declared,)) if scope.is_async else declared


def index(whole: Kind, position: Expr) -> Kind:
    match whole.word, position:
        case "list" | "tuple", ("slice",):
            return Kind("list", args=(item(whole),)) if whole.word == "tuple" else whole
        case "list", _:
            return whole.args[0] if whole.args else UNKNOWN
        case "tuple", ("const", int(at)) if 0 <= at < len(whole.args):
            return whole.args[at]
        case "dict", _:
            return whole.args[-1] if whole.args else UNKNOWN
        case "class", _:
            return whole  # `Page[User]` is still Page
        case "external", _:
            return whole
    return UNKNOWN


def parent_of(evaluator: Evaluator, file: str, scope: str) -> Kind:
    """What `super()` stands for in a method: the next class, or an instance of it."""
    method = evaluator.project.scope(file, scope)
    home = evaluator.project.scope(file, method.parent) if method else None
    if home is None or home.form != "class" or method is None or not method.params:
        return UNKNOWN
    above = evaluator.ancestry(Kind("class", home.qualname, file)).classes[1:2]
    if not above:
        return UNKNOWN
    receiver = evaluator.value(file, scope, ("param", 0))
    return above[0] if receiver.word == "class" else receiver._replace(symbol=above[0].symbol, file=above[0].file)


def awaited(evaluator: Evaluator, whole: Kind) -> Kind:
    """What `await` gives: what a coroutine returns, or what a table says of an object that can be awaited."""
    if whole.word == "awaitable":
        return whole.args[0]
    made = evaluator.table.methods.get(f"{whole.word}.__await__")
    return result_of(evaluator, made, whole, NO_ARGUMENTS) if made is not None else UNKNOWN


def entered(evaluator: Evaluator, manager: Kind) -> Kind:
    if manager.word == "context":
        return manager.args[0] if manager.args else UNKNOWN
    if manager.word in {"unknown", "bottom", "constant", "class", "function", "module", "external"}:
        return UNKNOWN
    for name in ("__aenter__", "__enter__"):
        method = members.member(evaluator, manager, name, on_class=False)
        if method.word == "function":
            given = returned(evaluator, method)
            return given.args[0] if given.word == "awaitable" else given
        if method.word == "method":
            return result_of(evaluator, evaluator.table.methods[method.symbol], manager, NO_ARGUMENTS)
    return UNKNOWN
