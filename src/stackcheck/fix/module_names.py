"""What the names of one module are bound to, and which reads of them reach the module's own scope."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from stackcheck.finding import ImportRequest
from stackcheck.index.nodes import children_of, nodes_of

# What one binding comes from: an import, or anything else.
Origin = ImportRequest | None

TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)(.*)")
# What `ast.parse` raises over text that is not Python.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
ANNOTATED: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.AnnAssign: ("annotation",), ast.arg: ("annotation",), ast.FunctionDef: ("returns",),
    ast.AsyncFunctionDef: ("returns",),
}  # fmt: skip
# What reads or binds a name, or is a scope.
NAMING = {
    ast.AsyncFunctionDef, ast.AugAssign, ast.ClassDef, ast.DictComp, ast.ExceptHandler, ast.FunctionDef,
    ast.GeneratorExp, ast.Global, ast.Import, ast.ImportFrom, ast.Lambda, ast.ListComp, ast.MatchAs, ast.MatchMapping,
    ast.MatchStar, ast.Name, ast.NamedExpr, ast.Nonlocal, ast.SetComp,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """`bound` and `reads` (lines) are the module's, `inner` counts reads that a function or class answers.

    A read in a class body of a name that the class binds is in both: the order decides at run time.
    """

    bound: Mapping[str, Sequence[Origin]]
    reads: Mapping[str, Sequence[int]]
    inner: Counter[tuple[str, Origin]]
    strings: Collection[str]

    def uses(self, name: str) -> bool:
        """Whether module-level code may read the name, through a string that parses too."""
        word = re.compile(rf"\b{re.escape(name)}\b")
        return name in self.reads or any(word.search(text) and _is_code(text) for text in self.strings)


@dataclass(slots=True)
class _Scope:
    kind: str
    outer: _Scope | None = None
    parts: list[_Scope] = field(default_factory=list)
    bound: dict[str, list[Origin]] = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)
    of_module: set[str] = field(default_factory=set)
    of_outer: set[str] = field(default_factory=set)

    def enter(self, kind: str) -> _Scope:
        self.parts.append(_Scope(kind, self))
        return self.parts[-1]

    def bind(self, name: str, origin: Origin = None) -> None:
        home = self
        while home.outer and name in self.of_module:
            home = home.outer
        if name not in self.of_outer:
            home.bound.setdefault(name, []).append(origin)

    def home(self, name: str) -> _Scope:
        """The scope that answers a read here; a class answers only its own body."""
        scope = self
        while scope.outer and (name not in scope.bound or (scope.kind == "class" and scope is not self)):
            scope = scope.outer
        return scope

    def walk(self) -> Iterator[_Scope]:
        yield self
        for part in self.parts:
            yield from part.walk()


def _is_code(text: str) -> bool:
    """As quoted annotations and the names in `__all__` are, and most messages are not."""
    try:
        ast.parse(text.strip())
    except UNREADABLE:
        return False
    return True


class _Unquoted(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        try:
            inner = ast.parse(node.value.strip(), mode="eval").body if isinstance(node.value, str) else node
        except UNREADABLE:
            return node
        for part in ast.walk(inner):
            ast.copy_location(part, node)
        return inner


@lru_cache(maxsize=8)  # settling reads the text before the fixes again for every fix
def read_names(text: str) -> Names:
    """Raises what `ast` raises where it refuses the text."""
    tree = ast.parse(text)
    nodes = list(nodes_of(tree))
    strings = _strings(text, nodes)
    for node in nodes:
        for slot in ANNOTATED.get(type(node), ()):
            if isinstance(part := getattr(node, slot), ast.AST):
                setattr(node, slot, _Unquoted().visit(part))
    module = _Scope("module")
    _visit(tree, module)
    reads: dict[str, list[int]] = defaultdict(list)
    inner: Counter[tuple[str, Origin]] = Counter()
    for scope in module.walk():
        for name, line in scope.reads:
            home = module if name in scope.of_module else scope.home(name)
            if home.kind in ("module", "class"):
                reads[name].append(line)
            if home is not module:
                origins = set(home.bound[name])
                inner[name, origins.pop() if len(origins) == 1 else None] += 1
    return Names(module.bound, dict(reads), inner, strings)


def _visit(node: ast.AST, scope: _Scope) -> None:
    if type(node) not in NAMING:
        for child in children_of(node):
            _visit(child, scope)
        return
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            scope.reads.append((name, node.lineno))
        case ast.Name(id=name) | ast.ExceptHandler(name=str(name)):
            scope.bind(name)
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            scope.bind(name)
        case ast.AugAssign(target=ast.Name(id=name)):
            scope.reads.append((name, node.lineno))
        case ast.Import():
            for alias in node.names:
                scope.bind(alias.asname or alias.name.partition(".")[0], ImportRequest(alias.name))
        case ast.ImportFrom():
            source = "." * node.level + (node.module or "")
            for alias in node.names:
                scope.bind(alias.asname or alias.name, ImportRequest(source, alias.name))
        case ast.Global():
            scope.of_module.update(node.names)
        case ast.Nonlocal():
            scope.of_outer.update(node.names)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
            _visit_definition(node, scope)
            return
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            _visit_comprehension(node, node.generators, scope)
            return
        case ast.NamedExpr() if scope.kind == "comprehension" and scope.outer:
            _visit(node.value, scope)
            while scope.kind == "comprehension" and scope.outer:
                scope = scope.outer
            scope.bind(node.target.id)
            return
    for child in children_of(node):
        _visit(child, scope)


def _visit_definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef, scope: _Scope) -> None:
    """Decorators, defaults, annotations and bases belong to the scope around."""
    if not isinstance(node, ast.Lambda):
        scope.bind(node.name)
    inner = scope.enter("class" if isinstance(node, ast.ClassDef) else "function")
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for child in children_of(node):
        _visit(child, inner if child in body else scope)
    if not isinstance(node, ast.ClassDef):
        for part in children_of(node.args):
            if isinstance(part, ast.arg):
                inner.bind(part.arg)


def _visit_comprehension(node: ast.AST, generators: list[ast.comprehension], scope: _Scope) -> None:
    """All but the first iterable is a scope of its own."""
    first, inner = generators[0].iter, scope.enter("comprehension")
    _visit(first, scope)
    results = [child for child in children_of(node) if child not in generators]
    for part in [*results, *(part for each in generators for part in children_of(each))]:
        if part is not first:
            _visit(part, inner)


def _strings(text: str, nodes: Sequence[ast.AST]) -> tuple[str, ...]:
    """All but docstrings, and the type comments."""
    prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    values = (node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in prose)
    return (*(value for value in values if isinstance(value, str)), *TYPE_COMMENT.findall(text))
