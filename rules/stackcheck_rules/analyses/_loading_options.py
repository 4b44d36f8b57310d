"""Statements and loader options, as they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stackcheck_rules.analyses._loading_values import (
    EVERYTHING,
    NOTHING,
    Constant,
    Entries,
    Entry,
    Many,
    Options,
    Reference,
    Several,
    Statement,
    Value,
)
from stackcheck_rules.analyses._words import words

HOMES = ("sqlalchemy", "sqlmodel", "sqlalchemy.future", "sqlalchemy.sql", "sqlalchemy.sql.expression")
DIALECTS = tuple(f"sqlalchemy.dialects.{name}" for name in ("postgresql", "sqlite", "mysql"))
SELECTS = {f"{home}.select" for home in (*HOMES, "sqlmodel.sql.expression")}
WRITING = {f"{home}.{name}" for home in (*HOMES, *DIALECTS) for name in ("insert", "text")}
CHANGING = {f"{home}.{name}" for home in HOMES for name in ("update", "delete")}
ORM = "sqlalchemy.orm."
LOADING = words("selectinload joinedload subqueryload immediateload contains_eager")
PASSING = words("defaultload")
COLUMNS = {"defer": "defer", "undefer": "undefer", "load_only": "only", "undefer_group": "unknown"}
OTHERS = words("lazyload noload raiseload with_expression with_loader_criteria selectin_polymorphic")
NAMES = LOADING | PASSING | COLUMNS.keys() | OTHERS
# Methods of a select that leave it one of the same entities.
REFINING = words("""
    where filter filter_by order_by limit offset distinct group_by having join outerjoin join_from outerjoin_from
    with_for_update execution_options params correlate correlate_except prefix_with suffix_with with_hint
    with_statement_hint select_from slice fetch
""")


def option(name: str, given: Sequence[Value], base: tuple[str, ...] = ()) -> Options:
    """What `selectinload(User.posts)` says; `base` is what it is chained to."""
    paths = [path_of(each) for each in given]
    if name == "load_only":
        named = [path for path in paths if path is not None]
        if len(named) != len(paths):
            return unread(base)
        return Options(
            frozenset({Entry((*base, *path), "only") for path in named} | {Entry((*base, "?only"), "only")}), base
        )
    if name in OTHERS or not paths or paths[0] is None:
        return unread((*base, *(paths[0] or ("*",))) if paths else base)
    path = (*base, *paths[0])
    if name in COLUMNS:
        return Options(frozenset({Entry(path, COLUMNS[name])}), base)
    entries = {Entry(path, "load" if name in LOADING else "pass")}
    return Options(frozenset(entries), path)


def unread(path: tuple[str, ...]) -> Options:
    """An option that says something else, or nobody knows what."""
    return Options(frozenset({Entry(path, "unknown") if path else EVERYTHING}), path)


def path_of(given: Value) -> tuple[str, ...] | None:
    match given:
        case Reference(name=name):
            return (name,)
        case Constant(str(name)) if name == "*" or name.isidentifier():
            return (name,)
    return None


def chained(before: Options, name: str, given: Sequence[Value]) -> Options:
    """`selectinload(User.posts).selectinload(Post.tags)`, `selectinload(User.posts).options(…)`."""
    if name == "options":
        inner = entries_in(given)
        moved = {Entry((*before.end, *one.path), one.form) for one in inner}
        return Options(before.entries | moved, before.end)
    if name not in NAMES:
        return Options(before.entries | {EVERYTHING}, before.end)
    more = option(name, given, before.end)
    return Options(before.entries | more.entries, more.end)


def entries_in(given: Iterable[Value]) -> Entries:
    """The options among some values; what is none of them may be any option."""
    found: set[Entry] = set()
    for each in given:
        match each:
            case Options(entries):
                found |= entries
            case Several(items):
                found |= entries_in(items)
            case Many(item) if item == NOTHING:
                pass
            case Constant(None):
                pass
            case _:
                found.add(EVERYTHING)
    return frozenset(found)


def refined(before: Statement, name: str, given: Sequence[Value], about: frozenset[str]) -> Statement | None:
    """`select(User).where(…)`; None for what gives something else."""
    if name == "options":
        return replace(before, entries=before.entries | entries_in(given))
    return replace(before, about=before.about | about) if name in REFINING else None
