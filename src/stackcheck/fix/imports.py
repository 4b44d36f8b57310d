"""Settle the imports of one Python file after fixes: add what new code uses, drop what it left unused."""

from __future__ import annotations

import ast
import math
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import pairwise

from stackcheck.finding import ImportRequest
from stackcheck.fix.import_block import IsFirstParty, Member, Statement, bound_name, read_statements, split_lines
from stackcheck.fix.import_edit import exchange, insert, insert_guarded, remove
from stackcheck.fix.module_names import UNREADABLE, Names, Origin, read_names

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
IMPORTS = (ast.Import, ast.ImportFrom)


class _UnsafeError(Exception):
    """A wanted name means something else in this file."""


def settle_imports(
    before: str,
    after: str,
    wanted: Iterable[ImportRequest],
    *,
    line_length: int,
    is_first_party: IsFirstParty,
    is_reexported: Callable[[str], bool],
) -> str | None:
    """`after` with the `wanted` imports and without those that only `before` used; None where that is unsafe.

    The new code in `after` uses the wanted names bare. `is_first_party` is asked for modules, `is_reexported`
    for names bound at module level that another file may import from this one.
    """
    with warnings.catch_warnings():
        # An invalid escape in the checked file, or in code quoted there, is not ours to report.
        warnings.simplefilter("ignore")
        try:
            old, statements = read_names(before), read_statements(after)
            missing = _missing(old, read_names(after), statements, _once(wanted), is_first_party)
            # A name that so far only type checkers imported is imported at run time instead.
            guarded = {name for each in statements if each.guard for name in each.bound}
            moved = guarded & {request.name for request in missing if not request.typing_only}
            spare = partial(_spare, old=old, moved=moved, kept=is_reexported)
            text = after
            for request in missing:
                names = read_names(text)
                text = _add(text, request, names, spare(text, names), line_length, is_first_party)
            while unused := spare(text, read_names(text)):
                text = _drop(text, *unused[0], line_length)
            return _spaced(before, text) if _is_sound(text, after, missing) else None
        except (*UNREADABLE, _UnsafeError):
            return None


def _once(wanted: Iterable[ImportRequest]) -> list[ImportRequest]:
    """Each request once; what is wanted at run time is there for type checkers, too."""
    found = dict.fromkeys(wanted)
    return [each for each in found if not (each.typing_only and each._replace(typing_only=False) in found)]


def _bound(request: ImportRequest) -> str:
    return request.name or request.module.partition(".")[0]


def _missing(
    old: Names,
    new: Names,
    statements: Sequence[Statement],
    wanted: Sequence[ImportRequest],
    is_first_party: IsFirstParty,
) -> list[ImportRequest]:
    """What is wanted, used and not imported at run time yet."""
    sources = {(_bound(request), request.name and request.module) for request in wanted}
    if len({name for name, _ in sources}) < len(sources):
        raise _UnsafeError
    guarded = Counter(name for each in statements if each.guard for name in each.bound)
    return [request for request in wanted if _is_missing(request, old, new, guarded, is_first_party)]


def _is_missing(
    request: ImportRequest, old: Names, new: Names, guarded: Counter[str], is_first_party: IsFirstParty
) -> bool:
    name = _bound(request)
    origins = new.bound.get(name, [])
    if request.module == "__future__":
        return request not in origins
    if _is_shadowed(request, old, new, is_first_party):
        raise _UnsafeError
    if not new.uses(name):
        return False
    if not origins:
        return not _is_starred(request, old, new)
    same = [_is_same(origin, request, is_first_party) for origin in origins]
    if all(same):
        if request.typing_only:
            return False
        if guarded[name] == len(origins) and is_first_party(request.module):
            raise _UnsafeError  # kept from run time perhaps because the modules import each other
        return guarded[name] == len(origins)
    if request in origins and request.name and all(origin and origin.name == name for origin in origins):
        return False  # `try: from typing import X` with a fallback for an old Python
    if request.name or any(origin is None or origin.name for origin in origins):
        raise _UnsafeError
    return not any(same)


def _is_shadowed(request: ImportRequest, old: Names, new: Names, is_first_party: IsFirstParty) -> bool:
    """Whether new code stands where a function or class gives the name another meaning."""
    return any(
        name == _bound(request) and count > old.inner[name, origin] and not _is_same(origin, request, is_first_party)
        for (name, origin), count in new.inner.items()
    )


def _is_starred(request: ImportRequest, old: Names, new: Names) -> bool:
    """Whether a star import has given the name so far."""
    stars = {origin.module for origin in new.bound.get("*", []) if origin}
    if not stars or _bound(request) not in old.reads:
        return False
    if request.module not in stars:
        raise _UnsafeError
    return True


def _is_same(origin: Origin, request: ImportRequest, is_first_party: IsFirstParty) -> bool:
    if origin is None or origin.name != request.name:
        return False
    if not request.name:
        return f"{origin.module}.".startswith(f"{request.module}.")
    tail = origin.module.lstrip(".")
    relative = bool(tail) and tail != origin.module and is_first_party(request.module)
    return origin[:2] == request[:2] or (relative and f".{request.module}".endswith(f".{tail}"))


def _spare(
    text: str, names: Names, *, old: Names, moved: Collection[str], kept: Callable[[str], bool]
) -> list[tuple[Statement, list[Member]]]:
    """The members that may go, by statement: read in the old text, in this one no more."""
    statements = read_statements(text)
    counts = Counter(bound_name(member) for each in statements for member in each.removable)
    unused = {name for name in counts if name in old.reads and not names.uses(name) and not kept(name)}
    # What code elsewhere in the module binds too, under a condition perhaps, is left alone.
    unused -= {name for name in unused if counts[name] < len(names.bound[name])}
    found = []
    for each in statements:
        gone = unused.union(moved) if each.guard else unused
        if members := [member for member in each.removable if bound_name(member) in gone]:
            found.append((each, members))
    return found


def _drop(text: str, statement: Statement, members: Sequence[Member], width: int) -> str:
    if len(members) == len(statement.members):
        return remove(text, statement)
    return exchange(text, statement, members, [], width)


def _add(
    text: str,
    request: ImportRequest,
    names: Names,
    spare: Sequence[tuple[Statement, list[Member]]],
    width: int,
    is_first_party: IsFirstParty,
) -> str:
    if request.typing_only:
        return _add_for_typing(text, request, spare, width, is_first_party)
    member, source = (request.name or request.module, ""), request.module if request.name else ""
    # Not below the first use; where the use is in a function that is stricter than needed.
    limit = min(names.reads.get(_bound(request), ()), default=math.inf)
    statements = [each for each in read_statements(text) if not each.guard and each.end < limit]
    host = _host(source, statements)
    if host:
        return exchange(text, host, _dropped(host, spare), [member], width)
    return insert(text, source, member, statements, width, is_first_party)


def _add_for_typing(
    text: str,
    request: ImportRequest,
    spare: Sequence[tuple[Statement, list[Member]]],
    width: int,
    is_first_party: IsFirstParty,
) -> str:
    """The text with an import in its first `if TYPE_CHECKING:`, or in a new one below the imports."""
    member, statements = (request.name, ""), read_statements(text)
    guards = [each for each in statements if each.guard and each.alone]
    host = _host(request.module, guards)
    if host:
        return exchange(text, host, _dropped(host, spare), [member], width)
    if guards:
        block = [each for each in guards if each.guard is guards[0].guard]
        return insert(text, request.module, member, block, width, is_first_party)
    text = insert_guarded(text, request.module, member, statements, width)
    switch = ImportRequest("typing", "TYPE_CHECKING")
    names = read_names(text)
    missing = _missing(names, names, read_statements(text), [switch], is_first_party)
    return _add(text, switch, names, (), width, is_first_party) if missing else text


def _host(source: str, statements: Sequence[Statement]) -> Statement | None:
    """The statement that imports from a module already and can take one more name."""
    hosts = [
        each
        for each in statements
        if each.source == source and source and each.alone and "*" not in each.bound
        if each.exploded or each.end == each.first + 1 or not each.commented
        if len(each.members) > 1 or not each.members[0][1]
    ]
    return min(hosts, key=lambda each: any(alias for _, alias in each.members), default=None)


def _dropped(host: Statement, spare: Sequence[tuple[Statement, list[Member]]]) -> list[Member]:
    return next((members for each, members in spare if each.node.lineno == host.node.lineno), [])


def _spaced(before: str, text: str) -> str:
    """One blank line after the imports, as ruff has it, where a definition below them became a plain statement."""
    old, new = _after_imports(before), _after_imports(text)
    if old is None or new is None or not isinstance(old[1], DEFINITIONS) or isinstance(new[1], DEFINITIONS):
        return text
    lines = split_lines(text)
    end = new[0].end_lineno or 0
    blank = [not line.strip() for line in lines[end : end + 3]]
    return "".join([*lines[:end], *lines[end + 1 :]]) if blank == [True, True, False] else text


def _after_imports(text: str) -> tuple[ast.stmt, ast.stmt] | None:
    """The last import at the head of a module and the statement after it."""
    body = ast.parse(text).body
    return next(
        (pair for pair in pairwise(body) if isinstance(pair[0], IMPORTS) and not isinstance(pair[1], IMPORTS)), None
    )


def _is_sound(text: str, after: str, missing: Sequence[ImportRequest]) -> bool:
    """Still the same docstring, and no star import below takes a new name back."""
    if ast.get_docstring(ast.parse(text)) != ast.get_docstring(ast.parse(after)):
        return False
    statements = read_statements(text)
    for request in missing:
        rows = [each.first for each in statements if not each.guard and _bound(request) in each.bound]
        stars = [each for each in statements if "*" in each.bound and each.source != request.module]
        if any(star.first > min(rows, default=star.first) for star in stars):
            return False
    return True
