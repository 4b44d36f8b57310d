"""Expressions that open a session or a connection, as opposed to those that only pass one on."""

from __future__ import annotations

from stackcheck import Context, Expr, Kind
from stackcheck_rules.sessions._functions import Function, function_of

SESSIONS = {"session", "async-session", "connection", "async-connection", "raw-connection"}
NOUNS = {
    "session": "session", "async-session": "session", "connection": "connection", "async-connection": "connection",
    "raw-connection": "connection",
}  # fmt: skip
DEEPEST = 4


def opens(expr: Expr, function: Function, depth: int = 0) -> bool:
    """Whether an expression makes a new session: a call of a factory, of a class, of a function that does that."""
    if depth > DEEPEST:
        return False
    match expr:
        case ("await" | "enter" | "item", made):
            return opens(made, function, depth)
        case ("name", name):
            bindings = function.scope.bindings.get(name, ())
            return (
                len(bindings) == 1 and bindings[0].expr[0] != "param" and opens(bindings[0].expr, function, depth + 1)
            )
        case ("call", ("attr", receiver, method), _, _) if function.kind(("attr", receiver, method)).word == "method":
            kind = function.kind(receiver)
            return kind.certain and (kind.word, method) in {
                ("engine", "connect"), ("engine", "begin"), ("async-engine", "connect"), ("async-engine", "begin"),
                ("factory", "begin"),
            }  # fmt: skip
        case ("call", called, _, _):
            kind = function.kind(called)
            match kind.word:
                case "factory" | "class":
                    return kind.certain and function.kind(expr).word in SESSIONS
                case "function":
                    return opened_by(kind, function.ctx, depth)
    return False


def opened_by(kind: Kind, ctx: Context, depth: int) -> bool:
    """Whether a function of the project gives a new session each time."""
    made = function_of(kind, ctx)
    if made is None:
        return False
    values = [value for value in (made.scope.yields or made.scope.values) if value != ("const", None)]
    return bool(values) and all(opens(value, made, depth + 1) for value in values)
