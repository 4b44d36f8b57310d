"""Which calls make coroutines of SQLAlchemy's, and whether what is done with one needs its value instead."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from stackcheck import Context, Expr, Kind, Scope, alternatives
from stackcheck_rules.analyses._coroutine_fates import Fate
from stackcheck_rules.analyses._orm_kinds import is_async
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.awaited_methods import AWAITED
from stackcheck_rules.analyses.entries import is_entry
from stackcheck_rules.analyses.session_blocking import is_bound
from stackcheck_rules.analyses.unawaited_calls import UnawaitedCall

# Builtins that look at what they get; `isinstance`, `iter` or `setattr` need not.
LOOKING = words("""
    abs all any bool bytes dict divmod enumerate filter float frozenset hash int len list max min next ord range
    reversed round set sorted str sum tuple zip
""")
WITHIN = words("all any max min sorted sum")  # those that look at what is in what they get
# Modules whose functions may await, run or keep what they get.
RUNNING = words("""
    _thread asyncio code concurrent contextlib contextvars functools inspect sched threading types typing unittest
""")
FRAMEWORKS = words("fastapi pydantic sqlalchemy sqlmodel starlette")
OF_SQLALCHEMY = words("async-connection async-session connection result scalar-result session session-registry")
RECORDS = words("model orm orm-dataclass settings sqlmodel")


def word_of(kind: Kind) -> str:
    """The word under which the tables of methods have a kind."""
    return "async-session-registry" if kind.word == "session-registry" and is_async(kind) else kind.word


def receivers_with(
    receiver: Expr, name: str, scope: str, methods: Mapping[str, frozenset[str]], ctx: Context
) -> set[str]:
    """The words of all that a receiver may be, if a table has the method for each and no class its own."""
    found = alternatives(ctx.kind(receiver, scope))
    named = {word_of(kind) for kind in found if kind.certain and name in methods.get(word_of(kind), ())}
    if len(named) == 0 or any(not kind.certain or word_of(kind) not in named for kind in found):
        return set()
    return set() if ctx.kind(("attr", receiver, name), scope).word == "function" else named


def makes_coroutine(call: UnawaitedCall, ctx: Context) -> bool:
    """Whether a call makes a coroutine: by the table, or by an `async def` in a class of the project."""
    if receivers_with(call.receiver, call.name, call.scope, AWAITED, ctx):
        return True
    own = ctx.kind(("attr", call.receiver, call.name), call.scope)
    function = ctx.scope(own) if own.word == "function" and own.certain else None
    return function is not None and function.is_async and word_of(ctx.kind(call.receiver, call.scope)) in AWAITED


def is_wrong(fate: Fate, call: UnawaitedCall, ctx: Context) -> bool:
    """Whether what becomes of a coroutine is certainly not what was meant."""
    match fate.word:
        case "dropped" | "misused":
            return True
        case "passed":
            return needs_value(fate, call.scope, ctx)
        case "returned":
            return is_wrongly_returned(fate, ctx.outline.scopes[call.scope], ctx)
    return False


def is_wrongly_returned(fate: Fate, function: Scope, ctx: Context) -> bool:
    """Whether nobody can mean to get a coroutine from a function: FastAPI, or who awaits the function already."""
    if is_entry(function, ctx):
        return True
    declared = ctx.declared(function.returns, function.parent)
    if holds_awaitable(declared) or not function.is_async:
        return False
    return not fate.inside or declared.known or function.returns == ("other",)


def holds_awaitable(kind: Kind) -> bool:
    return kind.word == "awaitable" or any(holds_awaitable(one) for one in kind.args)


def needs_value(fate: Fate, scope: str, ctx: Context) -> bool:
    """Whether a function certainly wants a value at a place, and not something to await."""
    callee = ctx.kind(fate.callee, scope)
    match callee.word:
        case "class" if callee.file and ctx.instance(callee).word not in RECORDS:
            return False
        case "class" | "method":
            return not callee.symbol.startswith(tuple(RUNNING))
        case "external":
            top, _, name = callee.symbol.partition(".")
            if top == "builtins":
                return name in (WITHIN if fate.inside else LOOKING)
            if "concurrency" in name or name.startswith("background"):
                return False
            return (top in sys.stdlib_module_names and top not in RUNNING) or top in FRAMEWORKS
        case "function":
            return is_plain_parameter(fate, callee, ctx)
    match fate.callee:
        case ("attr", owner, name) if name != "run_sync":
            return ctx.kind(owner, scope).word in OF_SQLALCHEMY
    return False


def is_plain_parameter(fate: Fate, callee: Kind, ctx: Context) -> bool:
    """Whether a parameter of a function in the project is annotated with something that cannot be awaited."""
    function = ctx.scope(callee)
    if function is None:
        return False
    decorators = {ctx.symbol(one, function.parent, callee.file) for one in function.decorators}
    at = -1
    for position, param in enumerate(function.params):
        if isinstance(fate.slot, str):
            at = position if param.name == fate.slot else at
        elif position == fate.slot + is_bound(callee, decorators) and param.form not in {"*", "**", "kw"}:
            at = position
    if at < 0 or function.params[at].form in {"*", "**"} or function.params[at].annotation == ("other",):
        return False
    declared = ctx.kind(("param", at), function.qualname, callee.file)
    return declared.known and not holds_awaitable(declared) and declared.symbol not in {"typing.Any", "builtins.object"}
