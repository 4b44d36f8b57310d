"""Sessions, connections and cursors that a module keeps in a global name for as long as it lives."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span
from stackcheck_rules.analyses.served import role_of

MADE = frozenset({"call", "either", "part"})  # forms of an expression that can make a session
ENDS = frozenset({"close", "remove"})
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.For, ast.While, ast.ExceptHandler)
# What it is, and what comes of sharing it.
SESSION_TROUBLE = "once a flush has failed in it every other request fails as well"
CONNECTION_TROUBLE = "one request commits or rolls back what another has begun"
TROUBLE = {
    "session": ("`Session`", SESSION_TROUBLE),
    "async-session": ("`AsyncSession`", SESSION_TROUBLE),
    "connection": ("connection", CONNECTION_TROUBLE),
    "async-connection": ("connection", CONNECTION_TROUBLE),
    "raw-connection": ("connection", CONNECTION_TROUBLE),
    "raw-cursor": ("cursor", "an `execute` of one request drops the rows that another still reads"),
}


class Global(NamedTuple):
    """`name = expr` at module level, or in the function `scope` that declares it global."""

    name: str
    scope: str
    expr: Expr
    span: Span


class Shared(NamedTuple):
    """What a global name holds: `word` of its kind, where it gets it, whether another file imports it."""

    word: str
    spans: tuple[Span, ...]
    imported: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Global]:
    made = [
        Global(name, binding.scope, binding.expr, binding.span)
        for name, bindings in outline.module.bindings.items()
        for binding in bindings
        if binding.expr[0] in MADE
    ]
    if made:
        mains = [block.body for block in tree.body if isinstance(block, ast.If) and is_main(block.test)]
        inside = [range(body[0].lineno, (body[-1].end_lineno or 0) + 1) for body in mains]
        ended = ended_names(tree.body) if "close" in text or "remove" in text or "del " in text else frozenset()
        for one in made:
            if one.name not in ended and not any(one.span.line in lines for lines in inside):
                yield one


def is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
        case ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")]):
            return True
    return False


def ended_names(body: Sequence[ast.stmt]) -> frozenset[str]:
    """Names that the module itself closes or deletes once it has used them."""
    names: set[str] = set()
    stack: list[ast.AST] = list(body)
    while stack:
        match stack.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))) if method in ENDS:
                names.add(name)
            case ast.Delete(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case block if isinstance(block, BLOCKS):
                stack += ast.iter_child_nodes(block)
    return frozenset(names)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Global, ...]]) -> Mapping[tuple[str, str], object]:
    """(file, name) -> Shared; under ("", "") the names of all of them, by which uses are looked for."""
    found: dict[tuple[str, str], Shared] = {}
    for file, candidates in facts.items():
        for one in candidates if role_of(file) == "app" else ():
            kind = evaluator.value(file, one.scope, one.expr)
            if kind.word in TROUBLE and kind.certain:
                key = (file, one.name)
                before = found.get(key) or Shared(kind.word, (), is_imported(evaluator, *key, facts))
                found[key] = before._replace(spans=(*before.spans, one.span))
    return {**found, ("", ""): tuple(sorted({name for _, name in found}))}


def is_imported(evaluator: Evaluator, file: str, name: str, files: Iterable[str]) -> bool:
    """Whether another file can read a name of a file: by importing it, or its module, or all of it."""
    project = evaluator.project
    if project.is_imported_from(file, name):
        return True
    for other in files:
        outline = project.outline(other)
        modules = {module for module, _ in outline.stars}
        for bindings in outline.module.bindings.values():
            for binding in bindings:
                match binding.expr:
                    case ("module", module):
                        modules.add(module)
                    case ("from", module, inside):
                        modules.add(f"{module}.{inside}")
        if other != file and any(project.module(module, other) == file for module in modules):
            return True
    return False


global_sessions = Analysis("global-sessions", collect, merge)
