"""What becomes of a coroutine that is not awaited where it is made: dropped, misused, passed on, returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Expr, expr_of
from stackcheck_rules.analyses._name_reach import Parents, around, at, follows, reaches
from stackcheck_rules.analyses._node_names import last_name
from stackcheck_rules.analyses._words import words

# What is given to these is awaited there; `append`, `add` and their like may gather it for them.
AWAITERS = words("""
    as_completed async_to_sync create_task ensure_future gather run run_coroutine_threadsafe run_until_complete shield
    start_soon wait wait_for
""")
COPYING = words("frozenset list set tuple")
OWN = words("close send throw")  # methods of coroutines: who calls them knows what it is
# Where a coroutine may be meant as one: kept, or handed to somebody.
KEEPING = (
    ast.Assign, ast.AnnAssign, ast.Lambda, ast.Yield, ast.YieldFrom, ast.Raise, ast.Delete, ast.withitem, ast.arguments,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip


class Fate(NamedTuple):
    """One thing that becomes of a coroutine.

    `dropped`: nothing; `misused`: taken for what it gives; `awaited`: by whoever gets it; `passed`: an argument of
    `callee` at `slot`, a position or a keyword; `returned`: from the function; `unknown`: none of these.
    Where `async for` reads it, `slot` says so.
    `inside` says that a list, a tuple or a dict with the coroutine in it is passed or returned.
    """

    word: str
    callee: Expr = ()
    slot: int | str = 0
    inside: bool = False


DROPPED, MISUSED, AWAITED, RETURNED, UNKNOWN = (
    Fate(word) for word in ("dropped", "misused", "awaited", "returned", "unknown")
)


def fates(
    node: ast.AST, parents: Parents, *, inside: bool = False, seen: frozenset[str] = frozenset()
) -> Iterator[Fate]:
    """What becomes of the value of an expression that is a coroutine, or (`inside`) holds one.

    `seen` are the names that it has been followed through.
    """
    parent = parents.get(node)
    match parent:
        case ast.Expr():
            yield DROPPED
        case ast.Await():
            yield AWAITED
        case ast.Return():
            yield RETURNED._replace(inside=inside)
        case ast.IfExp(test=test) if test is not node:
            yield from fates(parent, parents, inside=inside, seen=seen)
        case ast.BoolOp(values=[*_, last]) if last is node:
            yield from fates(parent, parents, inside=inside, seen=seen)
        case ast.NamedExpr(target=target):
            yield from fates(parent, parents, inside=inside, seen=seen)
            yield from fates_of_name(target.id, parent, parents, inside=inside, seen=seen)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield from fates_of_name(name, parent, parents, inside=inside, seen=seen)
        case ast.Assign(targets=[ast.Tuple() | ast.List()]) if not inside:
            yield MISUSED  # unpacked
        case ast.Call() if node is not parent.func:
            yield from _passed(node, parent, parents, inside=inside, seen=seen)
        case ast.keyword(arg=word):
            call = parents[parent]
            if isinstance(call, ast.Call) and word:
                yield from _passed(node, call, parents, word=word, inside=inside, seen=seen)
            else:
                yield UNKNOWN if inside else MISUSED
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            yield from fates(parent, parents, inside=True, seen=seen)
        case ast.ListComp(elt=made) | ast.SetComp(elt=made) | ast.GeneratorExp(elt=made) if made is node:
            yield from fates(parent, parents, inside=True, seen=seen)
        case ast.DictComp(key=key, value=value) if node in (key, value):
            yield from fates(parent, parents, inside=True, seen=seen)
        case ast.Starred() if inside:
            call = parents[parent]
            awaiting = isinstance(call, ast.Call) and last_name(call.func) in AWAITERS
            yield AWAITED if awaiting else UNKNOWN
        case (
            ast.For(target=ast.Name(id=name), iter=whole) | ast.comprehension(target=ast.Name(id=name), iter=whole)
        ) if inside and whole is node:
            yield from fates_of_name(name, parent, parents, seen=seen)
        case ast.Attribute(attr=name):
            yield UNKNOWN if inside else AWAITED if name in OWN or name.startswith(("cr_", "__")) else MISUSED
        case ast.Subscript(value=value) if inside and value is node:
            yield from fates(parent, parents, seen=seen)
        case ast.AsyncFor(iter=whole) | ast.comprehension(iter=whole, is_async=1) if whole is node and not inside:
            yield MISUSED._replace(slot="async for")
        case ast.withitem() if not inside:
            yield MISUSED if isinstance(parents[parent], ast.With) else UNKNOWN
        case _:
            yield UNKNOWN if inside or parent is None or isinstance(parent, KEEPING) else MISUSED


def _passed(
    node: ast.AST, call: ast.Call, parents: Parents, *, inside: bool, seen: frozenset[str], word: str = ""
) -> Iterator[Fate]:
    name = last_name(call.func)
    if name in AWAITERS:
        yield AWAITED
    elif (name == "cast" or (inside and name in COPYING)) and not word:
        yield from fates(call, parents, inside=inside, seen=seen)
    else:
        slot = word or next(at for at, one in enumerate(call.args) if one is node)
        yield Fate("passed", expr_of(call.func), slot, inside)


def fates_of_name(
    name: str, bound: ast.AST, parents: Parents, *, inside: bool = False, seen: frozenset[str] = frozenset()
) -> Iterator[Fate]:
    """What becomes of the coroutine that a name is bound to.

    That it is awaited counts wherever it is. All else counts between this binding and the next; and where the way
    there need not have led through the binding, that the name is tested says nothing: it may be None there.
    """
    function = around(bound, parents)
    named = [node for node in parents if isinstance(node, ast.Name) and node.id == name]
    if name in seen or any(name in names for node in parents for names in _declared(node)):
        yield UNKNOWN
        return
    start = at(bound)
    stores = [node for node in named if not isinstance(node.ctx, ast.Load)]
    loads = [node for node in named if isinstance(node.ctx, ast.Load) and at(node) >= start]
    for node in loads:
        sure = around(node, parents) is function and reaches(bound, node, stores, parents)
        sure = sure and (not _is_test(node, parents) or follows(node, bound, parents))
        for fate in fates(node, parents, inside=inside, seen=seen | {name}):
            yield fate if fate.word == "awaited" or (sure and fate.word != "dropped") else UNKNOWN
    if isinstance(bound, ast.stmt) and len(loads) + len(stores) == len(named) and not loads:
        yield UNKNOWN if inside else DROPPED  # bound and never read


def _declared(node: ast.AST) -> Iterator[list[str]]:
    match node:
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield names


def _is_test(node: ast.AST, parents: Parents) -> bool:
    """Whether a name is only asked whether it is there, as one that is None at first may be."""
    match parents.get(node):
        case ast.Compare() | ast.UnaryOp() | ast.BoolOp() | ast.If() | ast.While() | ast.Assert() | ast.IfExp():
            return True
    return False
