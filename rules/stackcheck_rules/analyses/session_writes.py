"""Which functions write on a session that they are given, and which may commit it, themselves or through others."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._name_uses import NameUse, Slot, uses_of
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.opened_sessions import getter
from stackcheck_rules.analyses.session_uses import TESTS, params_of, receivers

WRITING = words("""
    add add_all bulk_insert_mappings bulk_save_objects bulk_update_mappings delete delete_all merge merge_all
""")
EXECUTING = words("exec execute scalar scalars")
READING = words("get get_one in_transaction is_modified query refresh stream stream_scalars")
# Methods that leave the transaction open.
KEEPING = WRITING | EXECUTING | READING | words("expire expire_all expunge expunge_all flush")
TAKING_BACK = {"aclose", "close", "rollback"}
PLAIN = words("bind dirty deleted identity_map info is_active new no_autoflush")
CHANGING = (".add(", ".add_all(", ".commit(", ".merge(", "delete(", "insert(", "update(")
STATEMENTS = {"delete", "insert", "update"}
Parameter = tuple[str, str, str]  # (file, function, name)


class Handed(NamedTuple):
    """`callee(…, name, …)`"""

    callee: Expr
    slot: Slot
    span: Span


class SessionUse(NamedTuple):
    """What a function does with a parameter: `writes` are its calls that surely write, `executed` statements with
    the places where they are executed; `doubt` is whether it may commit, or get away.
    """

    function: str
    parameter: str
    writes: tuple[Span, ...]
    executed: tuple[tuple[Expr, Span], ...]
    handed: tuple[Handed, ...]
    doubt: bool


class Opening(NamedTuple):
    """A generator that yields a name once, and whether it may commit what it holds."""

    function: str
    name: str
    commits: bool


class Outcome(NamedTuple):
    """Where a function writes on a parameter first: a call of its own, or of a function that it hands it to."""

    writes: Span
    commits: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[SessionUse | Opening]:
    if "ession" not in text or not any(word in text for word in CHANGING) or not TESTS.isdisjoint(outline.imports):
        return
    called, nodes, span = receivers(text), definitions(tree), span_reader(text)
    for scope in outline.functions():
        node = nodes[scope.number - 1]
        assert not isinstance(node, ast.ClassDef)
        match scope.yields:
            case [("name", name)]:
                uses = [use for use in uses_of({name}, node.body) if use.form != "call" or use.word not in TAKING_BACK]
                yield Opening(scope.qualname, name, [use.form for use in uses if is_doubt(use)] != ["lost"])
        names = params_of(scope, outline, called) if scope.params else frozenset[str]()
        found: dict[str, list[NameUse]] = {}
        for use in uses_of(names, node.body) if names else ():
            found.setdefault(use.name, []).append(use)
        for name, used in sorted(found.items()):
            doubt = len(scope.bindings[name]) != 1 or any(map(is_doubt, used))
            yield SessionUse(scope.qualname, name, *done(used, span), doubt)


def done(
    uses: Sequence[NameUse], span: Callable[[ast.AST], Span]
) -> tuple[tuple[Span, ...], tuple[tuple[Expr, Span], ...], tuple[Handed, ...]]:
    """The writes, the statements that are executed, and the functions that a name is handed to."""
    calls = [(use, use.node) for use in uses if use.node]
    writes = [span(call) for use, call in calls if use.form == "call" and use.word in WRITING]
    executed = [
        (expr_of(call.args[0]), span(call))
        for use, call in calls
        if use.form == "call" and use.word in EXECUTING and call.args
    ]
    handed = [Handed(expr_of(call.func), use.word, span(call)) for use, call in calls if use.form == "handed"]
    return tuple(sorted(writes)), tuple(executed), tuple(handed)


def is_doubt(use: NameUse) -> bool:
    match use.form:
        case "call":
            return use.word not in KEEPING
        case "attribute":
            return use.word not in PLAIN
    return use.form == "lost"


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[SessionUse | Opening, ...]]) -> Mapping[object, object]:
    """By parameter the `Outcome` of those that a function writes on or hands to one that does.

    By (file, function) the `Opening` of a generator; under "" whether some other generator may commit for a route.
    """
    openings = {(file, one.function): one for file, found in facts.items() for one in found if isinstance(one, Opening)}
    uses = {
        (file, one.function, one.parameter): one
        for file, found in facts.items()
        for one in found
        if isinstance(one, SessionUse)
    }
    outcomes = outcomes_of(uses, evaluator)
    ending = [key for key, use in uses.items() if use.doubt and is_generator(key, evaluator)]
    merged: dict[object, object] = {"": bool(ending)}
    return merged | dict(openings) | dict(outcomes)


def is_generator(key: Parameter, evaluator: Evaluator) -> bool:
    function = evaluator.project.scope(key[0], key[1])
    return function is not None and bool(function.yields)


def outcomes_of(uses: Mapping[Parameter, SessionUse], evaluator: Evaluator) -> Mapping[Parameter, Outcome]:
    """Found from the functions that write themselves, and those that may commit, up to their callers."""
    handed = {key: [(one, receiver_of(key, one, evaluator)) for one in use.handed] for key, use in uses.items()}
    doubtful = {key for key, use in uses.items() if use.doubt}
    doubtful |= {key for key, given in handed.items() if any(got not in uses for _, got in given)}
    writing = {key: found for key, use in uses.items() if (found := written(key, use, evaluator))}
    changed = True
    while changed:
        more = {key for key, given in handed.items() if any(got in doubtful for _, got in given)} - doubtful
        places = {key: [one.span for one, got in given if got in writing] for key, given in handed.items()}
        new = {key: min(found) for key, found in places.items() if found and key not in writing}
        changed = bool(more or new)
        doubtful |= more
        writing |= new
    return {key: Outcome(place, key in doubtful) for key, place in writing.items()}


def written(key: Parameter, use: SessionUse, evaluator: Evaluator) -> Span | None:
    """The first call that surely writes."""
    found = [*use.writes, *(place for statement, place in use.executed if is_write(statement, key, evaluator))]
    return min(found, default=None)


def receiver_of(giver: Parameter, handed: Handed, evaluator: Evaluator) -> Parameter | None:
    """The parameter that gets a session; None where that is not a plain function of the project."""
    file, scope, _ = giver
    kind = evaluator.value(file, scope, handed.callee)
    function = evaluator.project.scope(kind.file, kind.symbol) if kind.word == "function" and kind.certain else None
    if function is None or function.decorators:
        return None
    name = getter(function, handed.slot, bool(kind.args))
    return (kind.file, kind.symbol, name) if name else None


def is_write(statement: Expr, key: Parameter, evaluator: Evaluator) -> bool:
    kind = evaluator.value(key[0], key[1], statement)
    return kind.word in STATEMENTS and kind.certain


session_writes = Analysis("session-writes", collect, merge)
