"""Which parameters a function waits on as a sync session, in its own body or through those it calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stackcheck import Evaluator, Expr, Kind, Scope, Span, dotted
from stackcheck_rules.analyses.session_reads import Handed, Uses

Parameter = tuple[str, str, str]  # (file, function, name)
# Decorators under which a function still runs where it is called.
TRANSPARENT = {
    "contextlib.asynccontextmanager", "contextlib.contextmanager", "functools.cache", "functools.lru_cache",
    "builtins.staticmethod", "builtins.classmethod", "typing.override", "typing_extensions.override",
}  # fmt: skip


class Wait(NamedTuple):
    """A call that waits for the database: `db.execute`, or `load(db)` by way of `execute`."""

    text: str
    by_way_of: str
    span: Span


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Uses, ...]]) -> Mapping[Parameter, tuple[Wait, ...]]:
    """The waits of each parameter that has any, in source order.

    Found level by level from the functions that call the methods themselves, so that only calls of
    functions that wait are ever evaluated, and each wait is by the shortest way.
    """
    handed: dict[str, list[tuple[Parameter, Handed]]] = {}
    waits: dict[Parameter, list[Wait]] = {}
    for file, found in facts.items():
        for uses in found:
            awaited = {call.name for call in uses.calls if call.awaited}
            for call in uses.calls:
                if call.name not in awaited:  # else the annotation is wrong: it is an async session
                    wait = Wait(f"{call.name}.{call.method}", "", call.span)
                    waits.setdefault((file, uses.function, call.name), []).append(wait)
            for one in uses.handed:
                called = called_name(one.callee, uses.function, file, evaluator)
                if called and one.name not in awaited:
                    handed.setdefault(called, []).append(((file, uses.function, one.name), one))
    level = list(waits)
    while level:
        following: list[Parameter] = []
        for parameter in level:
            name = parameter[1].rpartition(".")[2].partition("#")[0]
            first = waits[parameter][0]
            for giver, one in handed.get(name, ()):
                if giver != parameter and receiver_of(giver, one, evaluator) == parameter:
                    text = f"{dotted(one.callee)}({one.name})"
                    if giver not in waits:
                        following.append(giver)
                    wait = Wait(text, first.by_way_of or first.text.rpartition(".")[2], one.span)
                    waits.setdefault(giver, []).append(wait)
        level = following
    return {parameter: tuple(sorted(set(found), key=lambda wait: wait.span)) for parameter, found in waits.items()}


def called_name(callee: Expr, scope: str, file: str, evaluator: Evaluator) -> str:
    """The name under which a callee was defined, which imports may have changed."""
    match callee:
        case ("name", name) | ("attr", ("name", _), name):
            source = evaluator.definition(file, scope, callee)
            return source[1] if source else str(name)
        case ("attr", _, name):
            return str(name)
    return ""


def receiver_of(giver: Parameter, handed: Handed, evaluator: Evaluator) -> Parameter | None:
    """The parameter that gets what is handed on; None if that is unknown, or if it runs elsewhere."""
    file, scope, _ = giver
    kind = evaluator.value(file, scope, handed.callee)
    function = evaluator.project.scope(kind.file, kind.symbol) if kind.word == "function" else None
    if function is None or (handed.awaited and not function.is_async):
        return None
    decorators = {symbol_of(decorator, kind.file, function, evaluator) for decorator in function.decorators}
    if not decorators <= TRANSPARENT:
        return None  # it may send the function to a thread
    params = [param for param in function.params if param.form not in {"*", "**"}]
    if isinstance(handed.slot, str):
        names = [param.name for param in params if param.name == handed.slot]
    else:
        at = handed.slot + is_bound(kind, decorators)
        names = [param.name for param in params[at : at + 1] if param.form != "kw"]
    return (kind.file, kind.symbol, names[0]) if names else None


def symbol_of(decorator: Expr, file: str, function: Scope, evaluator: Evaluator) -> str:
    called = decorator[1] if decorator[0] == "call" else decorator
    return evaluator.value(file, function.parent, called).symbol


def is_bound(kind: Kind, decorators: set[str]) -> bool:
    """Whether the first parameter of a function is taken already: by the instance or the class."""
    owner = kind.args[0] if kind.args else None
    if owner is None or "builtins.staticmethod" in decorators:
        return False
    return owner.word != "class" or "builtins.classmethod" in decorators


__all__ = ["Parameter", "Wait", "merge"]
