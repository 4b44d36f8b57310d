"""Reading an outline: one pass over the statements of a file, expressions entered only where they bind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from stackcheck.finding import Span
from stackcheck.index.expr import OTHER, Expr, expr_of
from stackcheck.index.lines import span_reader
from stackcheck.index.nodes import nodes_of
from stackcheck.index.outline import Binding, Outline, Param, Scope


def read_outline(tree: ast.Module, text: str, package: Sequence[str]) -> Outline:
    """The outline of a parsed file. `package` is what its relative imports start from."""
    reader = _Reader(span_reader(text), list(package))
    whole = Scope("module", "", 0, "", Span(1, 1, 1, 1))
    reader.scopes[""] = whole
    reader.body(tree.body, whole)
    if ":=" in text:
        reader.walruses(tree, whole)
    return Outline(reader.scopes, tuple(reader.stars), reader.exports, tuple(reader.imports))


class _Reader:
    """One pass over the statements of a file; expressions are only entered where they bind."""

    def __init__(self, span: Callable[[ast.AST], Span], package: list[str]) -> None:
        self.span = span
        self.package = package
        self.scopes: dict[str, Scope] = {}
        self.stars: list[tuple[str, bool]] = []
        self.imports: list[str] = []
        self.exports: tuple[str, ...] | None = None
        self.runtime = True
        self.globals: dict[str, set[str]] = {}

    def body(self, statements: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in statements:
            read = READ.get(type(statement))
            if read is not None:
                read(self, statement, scope)

    def bind(self, scope: Scope, name: str, expr: Expr, node: ast.AST, annotation: Expr = OTHER) -> None:
        binding = Binding(expr, self.span(node), scope.qualname, annotation, self.runtime)
        if name in self.globals.get(scope.qualname, ()):
            scope = self.scopes[""]
        scope.bindings.setdefault(name, []).append(binding)

    def target(self, target: ast.expr, expr: Expr, node: ast.AST, scope: Scope, note: Expr = OTHER) -> None:
        match target:
            case ast.Name(id=name):
                self.bind(scope, name, expr, node, note)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for position, item in enumerate(items):
                    known = not any(isinstance(other, ast.Starred) for other in items[: position + 1])
                    self.target(item, ("part", expr, position) if known else OTHER, node, scope)
            case ast.Starred(value=value):
                self.target(value, OTHER, node, scope)
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                self.member(owner, name, expr, node, scope, note)

    def member(self, owner: str, name: str, expr: Expr, node: ast.AST, scope: Scope, note: Expr) -> None:
        home = self.scopes.get(scope.parent)
        is_method = scope.form == "function" and home is not None and home.form == "class"
        if home and is_method and scope.params and scope.params[0].name == owner:
            binding = Binding(expr, self.span(node), scope.qualname, note, self.runtime)
            home.members.setdefault(name, []).append(binding)

    def define(self, form: str, node: Any, scope: Scope) -> Scope:
        qualname = f"{scope.qualname}.{node.name}" if scope.qualname else str(node.name)
        if qualname in self.scopes:
            again = 2
            while f"{qualname}#{again}" in self.scopes:
                again += 1
            qualname = f"{qualname}#{again}"
        decorators = tuple([expr_of(decorator) for decorator in node.decorator_list])
        new = Scope(form, qualname, len(self.scopes), scope.qualname, self.span(node), decorators=decorators)
        self.scopes[qualname] = new
        self.bind(scope, node.name, ("class" if form == "class" else "def", qualname), node)
        return new

    def walruses(self, tree: ast.Module, whole: Scope) -> None:
        # Where exactly does not matter: a second meaning of a name makes it unknown, which is right.
        for node in nodes_of(tree):
            if isinstance(node, ast.NamedExpr):
                functions = [scope for scope in self.scopes.values() if scope.form == "function"]
                inside = [scope for scope in functions if scope.span.line <= node.lineno <= scope.span.end_line]
                for scope in inside or [whole]:
                    self.bind(scope, node.target.id, expr_of(node.value), node)


def _class(reader: _Reader, node: ast.ClassDef, scope: Scope) -> None:
    new = reader.define("class", node, scope)
    new.bases = tuple([expr_of(base) for base in node.bases])
    new.keywords = tuple([(word.arg or "", expr_of(word.value)) for word in node.keywords])
    reader.body(node.body, new)


def _function(reader: _Reader, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
    new = reader.define("function", node, scope)
    new.is_async = isinstance(node, ast.AsyncFunctionDef)
    new.params = tuple(_params(reader, node.args))
    new.returns = expr_of(node.returns)
    for position, param in enumerate(new.params):
        binding = Binding(("param", position), param.span, new.qualname, param.annotation)
        new.bindings.setdefault(param.name, []).append(binding)
    reader.body(node.body, new)


def _params(reader: _Reader, args: ast.arguments) -> Iterator[Param]:
    plain = [*args.posonlyargs, *args.args]
    missing = len(plain) - len(args.defaults)
    for position, arg in enumerate(plain):
        default = args.defaults[position - missing] if position >= missing else None
        form = "/" if position < len(args.posonlyargs) else ""
        yield Param(arg.arg, expr_of(arg.annotation), expr_of(default), form, reader.span(arg))
    if args.vararg:
        yield Param(args.vararg.arg, OTHER, OTHER, "*", reader.span(args.vararg))
    for arg, given in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield Param(arg.arg, expr_of(arg.annotation), expr_of(given), "kw", reader.span(arg))
    if args.kwarg:
        yield Param(args.kwarg.arg, OTHER, OTHER, "**", reader.span(args.kwarg))


def _assign(reader: _Reader, node: ast.Assign, scope: Scope) -> None:
    if isinstance(node.value, ast.Yield):
        _expression(reader, ast.Expr(node.value), scope)
    value = expr_of(node.value)
    for target in node.targets:
        reader.target(target, value, node, scope)
    if scope.form == "module":
        _exports(reader, node.targets[0], value)


def _exports(reader: _Reader, target: ast.expr, value: Expr) -> None:
    match target, value:
        case ast.Name(id="__all__"), ("list" | "tuple", tuple(items)):
            reader.exports = tuple([item[1] for item in items if item[0] == "const"])


def _annotated(reader: _Reader, node: ast.AnnAssign, scope: Scope) -> None:
    reader.target(node.target, expr_of(node.value), node, scope, expr_of(node.annotation))
    if scope.form == "module":
        _exports(reader, node.target, expr_of(node.value))


def _augmented(reader: _Reader, node: ast.AugAssign, scope: Scope) -> None:
    match node.target, expr_of(node.value):
        case ast.Name(id="__all__"), ("list" | "tuple", tuple(items)) if reader.exports is not None:
            reader.exports += tuple([item[1] for item in items if item[0] == "const"])
        case ast.Name(id=name), _ if name != "__all__":
            reader.bind(scope, name, OTHER, node)
        case _:
            reader.exports = None


def _expression(reader: _Reader, node: ast.Expr, scope: Scope) -> None:
    match node.value:
        case ast.Yield(value=value):
            scope.yields.append(expr_of(value))
        case ast.YieldFrom():
            scope.yields.append(OTHER)


def _return(reader: _Reader, node: ast.Return, scope: Scope) -> None:
    if node.value is not None:
        scope.values.append(expr_of(node.value))


def _for(reader: _Reader, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    reader.target(node.target, ("item", expr_of(node.iter)), node, scope)
    reader.body(node.body, scope)
    reader.body(node.orelse, scope)


def _with(reader: _Reader, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            reader.target(item.optional_vars, ("enter", expr_of(item.context_expr)), node, scope)
    reader.body(node.body, scope)


def _if(reader: _Reader, node: ast.If, scope: Scope) -> None:
    around = reader.runtime
    while True:  # not by recursion: generated code has chains of thousands of `elif`
        reader.runtime = around and expr_of(node.test) not in TYPE_CHECKING
        reader.body(node.body, scope)
        reader.runtime = around
        match node.orelse:
            case [ast.If() as node]:
                continue
        return reader.body(node.orelse, scope)


def _while(reader: _Reader, node: ast.While, scope: Scope) -> None:
    reader.body(node.body, scope)
    reader.body(node.orelse, scope)


def _try(reader: _Reader, node: ast.Try, scope: Scope) -> None:
    reader.body(node.body, scope)
    for handler in node.handlers:
        if handler.name:
            reader.bind(scope, handler.name, OTHER, handler)
        reader.body(handler.body, scope)
    reader.body(node.orelse, scope)
    reader.body(node.finalbody, scope)


def _match(reader: _Reader, node: ast.Match, scope: Scope) -> None:
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(name, str):
                reader.bind(scope, name, OTHER, pattern)
        reader.body(case.body, scope)


def _import(reader: _Reader, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        module = alias.name if alias.asname else alias.name.partition(".")[0]
        reader.bind(scope, alias.asname or module, ("module", module), node)
        reader.imports.append(alias.name)


def _from(reader: _Reader, node: ast.ImportFrom, scope: Scope) -> None:
    module = node.module or ""
    if node.level:
        if node.level - 1 > len(reader.package):
            module = "?"  # climbs out of what is known: resolves to nothing
        else:
            package = reader.package[: len(reader.package) - node.level + 1]
            module = "." + ".".join([*package, module] if module else package)
    reader.imports.append(module)
    for alias in node.names:
        if alias.name == "*":
            reader.stars.append((module, reader.runtime))
        else:
            reader.bind(scope, alias.asname or alias.name, ("from", module, alias.name), node)
            reader.imports.append(f"{module}.{alias.name}")


def _global(reader: _Reader, node: ast.Global, scope: Scope) -> None:
    reader.globals.setdefault(scope.qualname, set()).update(node.names)


def _nonlocal(reader: _Reader, node: ast.Nonlocal, scope: Scope) -> None:
    # Who binds it last shows only when the program runs: a second meaning makes a name unknown.
    while scope.form != "module":
        for name in node.names if scope.form == "function" else ():
            reader.bind(scope, name, OTHER, node)
        scope = reader.scopes[scope.parent]


def _type_alias(reader: _Reader, node: Any, scope: Scope) -> None:
    reader.target(node.name, expr_of(node.value), node, scope)


def _deleted(reader: _Reader, node: ast.Delete, scope: Scope) -> None:
    for target in node.targets:
        reader.target(target, OTHER, node, scope)


TYPE_CHECKING: frozenset[Expr] = frozenset(
    {("name", "TYPE_CHECKING"), *(("attr", ("name", module), "TYPE_CHECKING") for module in ("typing", "t"))}
)

READ: dict[type[ast.stmt], Callable[[_Reader, Any, Scope], None]] = {
    ast.ClassDef: _class,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.If: _if,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
    ast.Import: _import,
    ast.ImportFrom: _from,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Delete: _deleted,
}
if hasattr(ast, "TypeAlias"):  # Python 3.12
    READ[ast.TypeAlias] = _type_alias
