"""Calls in functions that may wait for a database in a sync way, and which functions wait by way of others."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import (
    Analysis,
    Evaluator,
    Expr,
    Outline,
    Scope,
    Span,
    definitions,
    dotted,
    expr_of,
    nodes_of_type,
    root_name,
    span_reader,
)
from stackcheck_rules.analyses._held_nodes import number_around
from stackcheck_rules.analyses._orm_kinds import is_async
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.awaited_methods import OF_OBJECTS
from stackcheck_rules.analyses.blocking_functions import BLOCKING, BLOCKING_MODULES, BLOCKING_NAMES
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.analyses.session_blocking import TRANSPARENT, symbol_of

OF_SESSION = words("""
    bulk_insert_mappings bulk_save_objects bulk_update_mappings commit connection exec execute flush get get_one merge
    query refresh rollback scalar scalars
""")
OF_CONNECTION = words("commit exec_driver_sql execute rollback scalar scalars")
OF_DRIVER = words("callproc commit execute executemany executescript fetchall fetchmany fetchone rollback")
# Methods that wait for the database, by what they are called on.
WAITING: Mapping[str, frozenset[str]] = {
    "session": OF_SESSION,
    "session-registry": OF_SESSION,
    "connection": OF_CONNECTION,
    "engine": words("execute raw_connection"),  # `connect` and `begin` take a connection that is there already, mostly
    "raw-connection": OF_DRIVER,
    "raw-cursor": OF_DRIVER,
}
# Functions of drivers that wait.
CONNECTING = {"sqlite3.connect", "psycopg2.connect", "psycopg.connect", "pymysql.connect", "MySQLdb.connect"}
NAMES = frozenset().union(*WAITING.values())
# Nothing of these is a function of the project that waits for a database.
OTHERS = sys.stdlib_module_names - {"sqlite3"} | words(
    "fastapi pydantic pytest starlette httpx requests loguru structlog"
)
OF_BUILTINS = words("""
    add append count decode encode endswith extend format index insert items join keys lower lstrip pop remove replace
    rstrip setdefault sort split startswith strip title update upper values isoformat strftime total_seconds
""")
Function = tuple[str, str]  # (file, qualname)
DATABASE, ELSE = "database", "else"  # what a function waits for


class Called(NamedTuple):
    """`callee(…)` in a function; `at` is the callee, `awaited` whether `await` stands right before it."""

    callee: Expr
    awaited: bool
    at: Span


class Calls(NamedTuple):
    """The calls of one function that may matter, one for each callee."""

    function: str
    calls: tuple[Called, ...]


Callers = dict[str, list[tuple[Function, Called]]]  # by the name of what they call


class Waiting(NamedTuple):
    """How a function waits: the functions on the way, and the call that waits at its end."""

    way: tuple[str, ...]
    sink: str


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Calls]:
    if "pytest" in outline.imports or "unittest" in outline.imports:
        return
    among = definitions(tree)
    if not among:
        return
    starts = [(node.lineno, node.col_offset) for node in among]
    lambdas = [
        (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) for node in nodes_of_type(tree, ast.Lambda)
    ]
    awaited = {node.value for node in nodes_of_type(tree, ast.Await)}
    names, span = outline.numbered(), span_reader(text)
    found: dict[int, dict[Expr, Called]] = {}
    for node in nodes_of_type(tree, ast.Call):
        callee = expr_of(node.func)
        root = root_name(callee)
        if (
            not root
            or (not may_wait(node) and not may_block(callee, root, outline))
            or is_elsewhere(callee, root, outline)
        ):
            continue
        number = number_around(node, among, starts)
        if not number or isinstance(among[number - 1], ast.ClassDef):
            continue
        if any(one[:2] <= (node.lineno, node.col_offset) < one[2:] for one in lambdas):
            continue
        made = Called(callee, node in awaited, span(node.func))
        before = found.setdefault(number, {}).setdefault(callee, made)
        if made.at < before.at:
            found[number][callee] = made
    for number, calls in found.items():
        yield Calls(names[number], tuple(sorted(calls.values(), key=lambda one: one.at)))


def may_wait(node: ast.Call) -> bool:
    """Whether a call could be one that waits, by its name and arguments: `settings.get("name")` is none."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    match node.args:
        case [ast.Constant(value=str()) | ast.JoinedStr(), *_] if name in OF_OBJECTS:
            return False
    return name not in OF_BUILTINS


def may_block(callee: Expr, root: str, outline: Outline) -> bool:
    """Whether a callee could be a function of the standard library or an HTTP client that blocks."""
    return callee[-1] in BLOCKING_NAMES and any(
        one.expr[0] in {"from", "module"} and one.expr[1].partition(".")[0] in BLOCKING_MODULES
        for one in outline.module.bindings.get(root, ())
    )


def is_elsewhere(callee: Expr, root: str, outline: Outline) -> bool:
    """Whether a callee is of a library that knows no database, or of Python itself, and does not block either."""
    bindings = outline.module.bindings.get(root, ())
    of_others = [one.expr[0] in {"from", "module"} and one.expr[1].partition(".")[0] in OTHERS for one in bindings]
    return bool(of_others) and all(of_others) and not may_block(callee, root, outline)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Calls, ...]]) -> Mapping[tuple[str, str, str], Waiting]:
    """(file, qualname, what for) of each sync function that waits: for the database, or for something else.

    A session that the caller passes is the caller's matter.
    """
    sinks: dict[str, dict[Function, Waiting]] = {DATABASE: {}, ELSE: {}}
    callers: Callers = {}
    for file, found in facts.items():
        for calls in found if role_of(file) == "app" else ():
            function = evaluator.project.scope(file, calls.function)
            if function is None or function.is_async or not runs_when_called(function, file, evaluator):
                continue
            key = (file, calls.function)
            given = {param.name for param in function.params} - {"self", "cls"}
            for called in calls.calls:
                callers.setdefault(name_of(called.callee, file, evaluator), []).append((key, called))
                sink = Waiting((), written(called.callee))
                if blocks(called.callee, *key, evaluator):
                    sinks[ELSE].setdefault(key, sink)
                elif root_name(called.callee) not in given and is_sink(called.callee, *key, evaluator):
                    sinks[DATABASE].setdefault(key, sink)
    return {
        (*function, word): waiting
        for word, first in sinks.items()
        for function, waiting in closed(first, callers, evaluator).items()
    }


def closed(first: Mapping[Function, Waiting], callers: Callers, evaluator: Evaluator) -> Mapping[Function, Waiting]:
    """All that wait by way of some functions; level by level, so that each way is the shortest."""
    waits = dict(first)
    level = list(waits)
    while level:
        following: list[Function] = []
        for one in level:
            for caller, called in callers.get(one[1].rpartition(".")[2].partition("#")[0], ()):
                if caller not in waits and called_function(called.callee, *caller, evaluator) == one:
                    waits[caller] = waits[one]._replace(way=(written(called.callee), *waits[one].way))
                    following.append(caller)
        level = following
    return waits


def blocks(callee: Expr, file: str, scope: str, evaluator: Evaluator) -> str:
    """What a function of the standard library or of an HTTP client waits for; empty for any other."""
    if callee[-1] not in BLOCKING_NAMES or not dotted(callee):
        return ""
    return BLOCKING.get(evaluator.value(file, scope, callee).symbol, "")


def written(callee: Expr) -> str:
    """A callee as a message names it."""
    return dotted(callee) or f"….{callee[-1]}"


def is_sink(callee: Expr, file: str, scope: str, evaluator: Evaluator) -> bool:
    """Whether a call waits for a database itself."""
    match callee:
        case ("attr", owner, name) if name in NAMES:
            kind = evaluator.value(file, scope, owner)
            return kind.certain and name in WAITING.get(kind.word, ()) and not is_async(kind)
    return dotted(callee).endswith("connect") and evaluator.value(file, scope, callee).symbol in CONNECTING


def called_function(callee: Expr, file: str, scope: str, evaluator: Evaluator) -> Function | None:
    kind = evaluator.value(file, scope, callee)
    return (kind.file, kind.symbol) if kind.word == "function" and kind.certain else None


def name_of(callee: Expr, file: str, evaluator: Evaluator) -> str:
    """The name under which a function was defined, which its import may have changed."""
    match callee:
        case ("name", name):
            bindings = evaluator.project.outline(file).module.bindings.get(name, ())
            return next((str(one.expr[2]) for one in bindings if one.expr[0] == "from"), str(name))
    return str(callee[-1])


def runs_when_called(function: Scope, file: str, evaluator: Evaluator) -> bool:
    """Whether calling a function runs its body there: no decorator sends it elsewhere, and it is no generator."""
    symbols = {symbol_of(decorator, file, function, evaluator) for decorator in function.decorators}
    return symbols <= TRANSPARENT and (not function.yields or "contextlib.contextmanager" in symbols)


sync_calls = Analysis("sync-calls", collect, merge)
