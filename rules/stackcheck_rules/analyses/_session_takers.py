"""The functions that are to take a session: which of them can, who calls them, and how their heads change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from stackcheck import Context, ImportRequest, Param, Scope, definitions, expr_of, nodes_of
from stackcheck_rules.analyses._injection_edits import Edit, without_async
from stackcheck_rules.analyses._references import Files, Reference, code_of, references
from stackcheck_rules.analyses._session_parameters import Function, Written, asked_of, free_name, put_in
from stackcheck_rules.analyses.entries import entry_around, is_bare, is_entry
from stackcheck_rules.analyses.served import is_served
from stackcheck_rules.analyses.session_providers import MARKERS, Home, Provider

Found = TypeVar("Found")


class RefusedError(Exception):
    """Something in the project cannot change along."""


def agreed(found: Found | None) -> Found:
    if found is None:
        raise RefusedError
    return found


def taker(use: Reference) -> Home:
    """The function that is to have the session: the entry around a use, else what of the module holds it."""
    ctx = use.code.ctx
    name = entry_around(use.scope, ctx) or use.scope
    while (around := ctx.outline.scopes[name].parent) and not is_entry(ctx.outline.scopes[name], ctx):
        name = around
    return ctx.file, name


def header(key: Home, files: Files) -> Scope:
    return code_of(key[0], files).ctx.outline.scopes[key[1]]


def spread(start: Iterable[Home], provider: Provider, files: Files) -> Mapping[Home, Sequence[Reference]]:
    """The functions that must change, each with those of its calls that must pass a session on."""
    calls: dict[Home, list[Reference]] = {}
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        if key in calls:
            continue
        calls[key] = []
        function, ctx = header(key, files), code_of(key[0], files).ctx
        if not can_take(function, ctx):
            raise RefusedError
        reads = agreed(references(key, files)) if not function.parent else []
        if sessions_of(function, provider, ctx):
            continue
        for read in reads:
            if is_entry(function, ctx) and is_given(read):
                continue
            if is_entry(function, ctx) or not is_call(read) or not is_served(read.code.ctx):
                raise RefusedError
            calls[key].append(read)
            waiting.append(taker(read))
    return calls


def can_take(function: Scope, ctx: Context) -> bool:
    """Whether a function runs as it is written: a route, or one without decorators, that no class holds."""
    if function.form != "function" or (function.parent and ctx.outline.scopes[function.parent].form == "class"):
        return False
    return len(ctx.outline.scopes[function.parent].bindings[function.name]) == 1 and is_bare(function, ctx)


def is_given(read: Reference) -> bool:
    """Whether an entry is named in `Depends(…)`, or replaced by a test: `dependency_overrides[get_user] = …`."""
    match read.parent:
        case ast.Call(func=func, args=[given, *_]) if given is read.node:
            return read.code.ctx.symbol(expr_of(func)) in MARKERS
        case ast.Subscript(slice=given):
            return given is read.node
    return False


def is_call(read: Reference) -> bool:
    return isinstance(read.parent, ast.Call) and read.parent.func is read.node


def sessions_of(function: Scope, provider: Provider, ctx: Context) -> list[Param]:
    """The parameters of a function that are sessions of the wanted kind already."""
    kinds = [(param, ctx.kind(("name", param.name), function.qualname)) for param in function.params]
    return [param for param, kind in kinds if kind.word == provider.word]


def with_session(
    key: Home, uses: Sequence[Reference], provider: Provider, files: Files
) -> tuple[str, list[Edit], tuple[ImportRequest, ...]]:
    """The name of a function's session, and the edits and imports by which it gets one."""
    code, function = code_of(key[0], files), header(key, files)
    own = sessions_of(function, provider, code.ctx)
    if own:
        if len(own) > 1 or len(function.bindings[own[0].name]) != 1:
            raise RefusedError
        return own[0].name, [], ()
    node = definitions(code.tree)[function.number - 1]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    name = free_name(taken_in(node, uses), provider, code.ctx)
    entry = is_entry(function, code.ctx)
    written = agreed(asked_of(provider, node.lineno, code.ctx) if entry else passed(provider, code.ctx))
    edits = [agreed(put_in(node, agreed(name or None), written, code.source, first=not entry))]
    if entry and provider.word == "session" and isinstance(node, ast.AsyncFunctionDef):
        # A sync session in a coroutine function stops all other requests: see `sync-session-in-async-route`.
        edits.append(agreed(without_async(node, code) if not is_socket(function) else None))
    return name, edits, written.imports


def passed(provider: Provider, ctx: Context) -> Written | None:
    session = ctx.name(provider.session)
    return Written(session.code, "", session.requests) if session else None


def taken_in(node: Function, uses: Sequence[Reference]) -> set[str]:
    """The names that a function knows, but for those of the session that is to go."""
    gone = {part for use in uses for part in nodes_of(use.node)}
    return {name for part in nodes_of(node) if part not in gone for name in names_of(part)}


def names_of(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)


def is_socket(function: Scope) -> bool:
    return any(decorator[0] == "call" and decorator[1][2:] == ("websocket",) for decorator in function.decorators)
