"""Where a project reads what one of its modules binds, by whatever names its files know it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Context, Evaluator, Span, dotted, expr_of, nodes_of, parse_tree
from stackcheck_rules.analyses._source_text import SourceText, source_text
from stackcheck_rules.analyses.outer_names import bound_inside
from stackcheck_rules.analyses.session_providers import Home

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PATCHING = {"setattr", "delattr", "object"}  # of `monkeypatch` and `mock.patch`


class Code(NamedTuple):
    """One file while it is looked at; `above` is what each node stands in, `scopes` the qualname at a position."""

    ctx: Context
    tree: ast.Module
    source: SourceText
    above: Mapping[ast.AST, ast.AST]
    scopes: Mapping[tuple[int, int], str]


class Reference(NamedTuple):
    """A name or `module.name`; `scope` is the definition around it."""

    code: Code
    node: ast.Name | ast.Attribute
    scope: str

    @property
    def span(self) -> Span:
        return self.code.source.span(self.node)

    @property
    def parent(self) -> ast.AST:
        return self.code.above[self.node]


class Files(NamedTuple):
    """The files of a project: `known` are those that were looked at so far.

    `renamed` says under which other names something is imported.
    """

    evaluator: Evaluator
    texts: Mapping[str, str]
    renamed: Mapping[str, frozenset[str]]
    known: dict[str, Code]


def read_files(evaluator: Evaluator, names: Iterable[str]) -> Files:
    renamed: dict[str, set[str]] = defaultdict(set)
    texts = {file: evaluator.project.text_or_none(file) or "" for file in names}
    for file in texts:
        for scope in evaluator.project.outline(file).scopes.values():
            for local, bindings in scope.bindings.items():
                for binding in bindings:
                    if binding.expr[0] == "from" and binding.expr[2] != local:
                        renamed[binding.expr[2]].add(local)
    return Files(evaluator, texts, {name: frozenset(others) for name, others in renamed.items()}, {})


def code_of(file: str, files: Files) -> Code:
    """Raises SyntaxError for what this interpreter does not take for Python."""
    if file not in files.known:
        ctx = Context(file, files.texts[file], files.evaluator)
        tree = parse_tree(ctx.text)
        above = {below: node for node in nodes_of(tree) for below in ast.iter_child_nodes(node)}
        scopes = {scope.span[:2]: name for name, scope in ctx.outline.scopes.items() if name}
        files.known[file] = Code(ctx, tree, source_text(ctx.text), above, scopes)
    return files.known[file]


def references(home: Home, files: Files) -> list[Reference] | None:
    """Every read of a name; None where it is also written, patched, or stands where it cannot be followed."""
    names = all_names(home[1], files.renamed)
    words = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
    found = []
    for file, text in files.texts.items():
        if not words.search(text):
            continue
        try:
            code = code_of(file, files)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        for node in nodes_of(code.tree):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) if name in names and dotted(expr_of(node)):
                    scope = scope_of(node, code)
                    if scope is None or code.ctx.source_of(expr_of(node), scope) != home:
                        continue
                    if isinstance(node.ctx, ast.Load):
                        found.append(Reference(code, node, scope))
                    elif not (file == home[0] and scope == "" and isinstance(node, ast.Name)):
                        return None
                case ast.Call() | ast.Constant() if is_patch(node, home, code):
                    return None
    return found


def all_names(name: str, renamed: Mapping[str, frozenset[str]]) -> set[str]:
    """The names under which any file may know a name."""
    names, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in names:
            names.add(one)
            waiting += renamed.get(one, ())
    return names


def scope_of(node: ast.AST, code: Code) -> str | None:
    """The qualname of the definition around a node; None where a comprehension or a lambda gives its root a meaning."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    assert isinstance(root, ast.Name)
    for inner, around in outwards(node, code):
        if isinstance(around, DEFINITIONS) and any(inner is statement for statement in around.body):
            return code.scopes.get(code.source.span(around)[:2])
        if root.id in bound_inside(around):
            return None
    return ""


def outwards(node: ast.AST, code: Code) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Each node from one outwards, with what it stands in."""
    while node in code.above:
        yield node, code.above[node]
        node = code.above[node]


def is_patch(node: ast.AST, home: Home, code: Code) -> bool:
    """Whether a test puts something in the place of a name: `patch("app.db.session")`, `setattr(db, "session", …)`."""
    match node:
        case ast.Constant(value=str(text)) if text.endswith(f".{home[1]}") and " " not in text:
            return code.ctx.kind(("module", text.rpartition(".")[0])).word == "module"
        case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called), args=[_, ast.Constant(value=name), *_]):
            return called in PATCHING and name == home[1]
    return False
