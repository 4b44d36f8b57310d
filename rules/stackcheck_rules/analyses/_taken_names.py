"""Names that code takes from a library: by `from … import …`, and as attributes of its modules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Set
from typing import NamedTuple

from stackcheck import Analysis, Context, Evaluator, Expr, Outline, Span, expr_of, nodes_of, nodes_of_type, root_name
from stackcheck_rules.analyses._scope_at import scope_at

ReadSpan = Callable[[ast.AST], Span]


class OldName(NamedTuple):
    """One name of an import statement: `symbol` is what was documented under it, empty if nothing is wrong."""

    name: str
    local: str
    symbol: str
    span: Span


class OldImport(NamedTuple):
    """`from module import …` with a name that the new release does not have there.

    `place` is `top` directly in the module, `guard` below `if TYPE_CHECKING:`; `alone` says that its block has
    nothing else.
    """

    module: str
    span: Span
    names: tuple[OldName, ...]
    place: str
    alone: bool


class OldRead(NamedTuple):
    """`owner.name`, where `owner` may be a module of the library."""

    owner: Expr
    name: str
    scope: str
    span: Span


class Borrowed(NamedTuple):
    """`from module import name` elsewhere: who takes a name from this file would miss it under another one."""

    module: str
    name: str


def old_imports_of(tree: ast.Module, span: ReadSpan, home_of: Callable[[str, str], str]) -> Iterator[OldImport]:
    """The imports of a file with a name of which `home_of`, given module and name, knows where it was at home."""
    for node in nodes_of_type(tree, ast.ImportFrom):
        module = node.module if not node.level else None
        if module is None or not any(home_of(module, alias.name) for alias in node.names):
            continue
        names = tuple(
            OldName(alias.name, alias.asname or alias.name, home_of(module, alias.name), span(alias))
            for alias in node.names
        )
        alone = any(block == [node] for around in nodes_of(tree) for block in blocks_of(around))
        yield OldImport(module, span(node), names, place_of(node, tree), alone)


def place_of(node: ast.ImportFrom, tree: ast.Module) -> str:
    if node in tree.body:
        return "top"
    return "guard" if node in guarded(tree) else ""


def guarded(tree: ast.Module) -> Iterator[ast.stmt]:
    for node in tree.body:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), body=body, orelse=[]):
                yield from body


def blocks_of(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def old_reads_of(
    tree: ast.Module, outline: Outline, span: ReadSpan, names: Set[str], roots: Set[str] | None = None
) -> Iterator[OldRead]:
    """Where a file reads one of some names off what may be a module, which some root names alone may lead to."""
    for node in nodes_of_type(tree, ast.Attribute):
        if is_read(node, names):
            owner = expr_of(node.value)
            if roots is None or root_name(owner) in roots:
                yield OldRead(owner, node.attr, scope_at(span(node), outline), span(node))


def is_read(node: ast.Attribute, names: Set[str]) -> bool:
    return node.attr in names and isinstance(node.ctx, ast.Load) and isinstance(node.value, (ast.Name, ast.Attribute))


def borrowed_in(tree: ast.Module, outline: Outline, names: Set[str], library: str) -> Iterator[Borrowed]:
    """Those of some names that a file imports, or may get through a star, from elsewhere than the library."""
    for imported in outline.imports:
        module, _, name = imported.rpartition(".")
        if name in names and not module.startswith(library):
            yield Borrowed(module, name)
    for module in (star for star, _ in outline.stars if not star.startswith(library)):
        yield Borrowed(module, "*")
        yield from (Borrowed(module, name) for name in unbound(tree, outline, names))


def unbound(tree: ast.Module, outline: Outline, names: Set[str]) -> list[str]:
    """Those of some names that a file reads and nothing in it binds."""
    bound = {name for scope in outline.scopes.values() for name in scope.bindings}
    return sorted({node.id for node in nodes_of_type(tree, ast.Name) if node.id in names} - bound)


def borrowings(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> dict[object, bool]:
    """Under (file, name) what another file takes from a file, under ("", name) what any takes from one."""
    taken: dict[object, bool] = {}
    for file, each in facts.items():
        for fact in each:
            if isinstance(fact, Borrowed):
                home = evaluator.project.module(fact.module, file)
                if home is not None:
                    taken[home, fact.name] = taken["", fact.name] = True
    return taken


def is_own(local: str, analysis: Analysis, ctx: Context) -> bool:
    """Whether no other file takes a name from this one, by what an analysis merged of `borrowings`."""
    through_star = ctx.fact(analysis, (ctx.file, "*")) and ctx.fact(analysis, ("", local))
    return not ctx.fact(analysis, (ctx.file, local)) and not through_star
