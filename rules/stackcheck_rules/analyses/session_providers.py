"""The dependency that opens a session for each request, where a project has exactly one of a kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, Param
from stackcheck_rules.analyses.dependencies import dependencies
from stackcheck_rules.analyses.served import role_of

SESSIONS = {"session", "async-session"}
MARKERS = {"fastapi.Depends", "fastapi.Security"}
REQUESTS = {"fastapi.Request", "fastapi.requests.HTTPConnection", "starlette.requests.Request"}
Home = tuple[str, str]  # (file, name) of what a module binds


class Provider(NamedTuple):
    """`home` is the function and `session` the class of what it yields.

    `alias` is the only `Annotated[…, Depends(…)]` of the project for it, `parameter` what functions call what they
    get by it most often.
    """

    home: Home
    word: str
    session: str
    alias: Home | None
    parameter: str


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[str, Provider]:
    """By `session` and `async-session` the provider, where there is exactly one and it can be used anywhere."""
    found: dict[str, list[tuple[Home, Kind]]] = {}
    for file, function in sorted(evaluator.merged(dependencies.name)):
        made = evaluator.value(file, "", ("call", ("name", function), (), ())) if role_of(file) == "app" else None
        opened = made.args[0] if made and made.word in {"generator", "awaitable"} and made.args else made
        if opened and opened.word in SESSIONS:
            found.setdefault(opened.word, []).append(((file, function), opened))
    providers = {word: homes[0] for word, homes in found.items() if len(homes) == 1}
    return {
        word: provider_of(home, opened, evaluator, facts)
        for word, (home, opened) in providers.items()
        if is_plain(home, evaluator) and opened.certain and opened.symbol and not opened.file
    }


def is_plain(home: Home, evaluator: Evaluator) -> bool:
    """Whether a dependency is a generator of a module that asks nothing of the client."""
    file, name = home
    function = evaluator.project.scope(file, name)
    if function is None or function.parent or function.decorators or not function.yields:
        return False
    return all(is_internal(param, file, evaluator) for param in function.params)


def is_internal(param: Param, file: str, evaluator: Evaluator) -> bool:
    """Whether a parameter gets another dependency or the request."""
    if given_by(param.default, file, evaluator) or given_by(param.annotation, file, evaluator):
        return True
    return evaluator.value(file, "", param.annotation).symbol in REQUESTS


def provider_of(home: Home, opened: Kind, evaluator: Evaluator, files: Mapping[str, object]) -> Provider:
    aliases: set[Home] = set()
    names: Counter[str] = Counter()
    for file in files:
        outline = evaluator.project.outline(file)
        for name, bindings in outline.module.bindings.items():
            if len(bindings) == 1 and given_by(bindings[0].expr, file, evaluator) == home:
                aliases.add((file, name))
        names.update(param.name for param in asking(outline, file, home, evaluator))
    common = min(names, key=lambda name: (-names[name], name), default="db")
    alias = next(iter(aliases)) if len(aliases) == 1 else None
    return Provider(home, opened.word, opened.symbol, alias, common)


def asking(outline: Outline, file: str, home: Home, evaluator: Evaluator) -> Iterator[Param]:
    """The parameters of a file's functions that get what a dependency gives."""
    for function in outline.functions():
        for param in function.params:
            if home in (given_by(param.default, file, evaluator), given_by(param.annotation, file, evaluator)):
                yield param


def given_by(expr: Expr, file: str, evaluator: Evaluator) -> Home | None:
    """The function of `Depends(f)`, `Annotated[…, Depends(f)]`, or an alias of that."""
    match expr:
        case ("call", marker, (given,), _) if evaluator.value(file, "", marker).symbol in MARKERS:
            kind = evaluator.value(file, "", given)  # by whatever name: `get_db = get_session`
            return (kind.file, kind.symbol) if kind.word == "function" else None
        case ("index", ("name", "Annotated") | ("attr", _, "Annotated"), ("tuple", (_, *notes))):
            calls = (note for note in notes if note[0] == "call")
            return next(filter(None, (given_by(call, file, evaluator) for call in calls)), None)
        case ("name", _) | ("attr", _, _):
            home = evaluator.definition(file, "", expr)
            bound = evaluator.project.bindings(home[0], "", home[1]) if home else ()
            if home and len(bound) == 1 and bound[0].expr[0] == "index":
                return given_by(bound[0].expr, home[0], evaluator)
    return None


session_providers = Analysis("session-providers", merge=merge)
