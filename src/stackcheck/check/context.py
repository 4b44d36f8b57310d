"""What a check may ask: the file at hand, and through recorded questions the rest of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

from stackcheck.analysis import Analysis
from stackcheck.finding import FileEdit, ImportRequest, Place, Span, TextEdit
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.expr import Expr, root_name
from stackcheck.index.hierarchy import Ancestry
from stackcheck.index.kinds import UNKNOWN, Kind
from stackcheck.index.lines import line_starts, span_offsets
from stackcheck.index.outline import Binding, Outline, Scope
from stackcheck.index.trace import text_digest
from stackcheck.index.versions import at_least

if TYPE_CHECKING:
    import libcst as cst

    Node = TypeVar("Node", bound=cst.CSTNode)


class NodeScopes(NamedTuple):
    """For every node of a tree the number of the definition it stands in (0: the module), and for
    nodes in comprehensions and lambdas the names that those bind."""

    number: Mapping[cst.CSTNode, int]
    local: Mapping[cst.CSTNode, frozenset[str]]


class Imported(NamedTuple):
    """How to write a library's name in a file, and the import that this needs, if any."""

    code: str
    requests: tuple[ImportRequest, ...]


class Context:
    """One file as a check sees it. Nothing in it can be changed."""

    def __init__(
        self,
        file: str,
        text: str,
        evaluator: Evaluator,
        *,
        options: Mapping[str, Any] | None = None,
        python: tuple[int, int] = (3, 11),
        line_length: int = 88,
        module: cst.Module | None = None,
        scopes: NodeScopes | None = None,
    ) -> None:
        self.file = file
        self.text = text
        self.options = options or {}
        self.python = python
        self.line_length = line_length
        self._evaluator = evaluator
        self._project = evaluator.project
        self._module = module
        self._scopes = scopes or NodeScopes({}, {})

    @property
    def path(self) -> Path:
        return self._project.root / self.file

    @property
    def outline(self) -> Outline:
        """This file's own outline; it may be read freely."""
        return self._project.outline(self.file)

    # Kinds.

    def kind(self, node: cst.CSTNode | Expr, scope: str | None = None, file: str = "") -> Kind:
        """What an expression is, a definition or a name included.

        A tuple-form expression is read in `scope` (a qualname, the module by default) of `file`
        (this one by default); a node where it stands.
        """
        if isinstance(node, tuple):
            return self._evaluator.value(file or self.file, scope or "", node)
        import libcst as cst

        from stackcheck.index.tree_expr import expr_of_node

        if isinstance(node, cst.ClassDef):
            return Kind("class", self.qualname(node), self.file)
        if isinstance(node, cst.FunctionDef):
            return Kind("function", self.qualname(node), self.file)
        expr = expr_of_node(node)
        if root_name(expr) in self._scopes.local.get(node, ()):
            return UNKNOWN  # bound by a comprehension or a lambda
        return self._evaluator.value(self.file, self.scope_of(node), expr)

    def declared(self, annotation: cst.CSTNode | Expr, scope: str | None = None) -> Kind:
        """What an annotation promises."""
        if isinstance(annotation, tuple):
            return self._evaluator.declared(self.file, scope or "", annotation)
        from stackcheck.index.tree_expr import expr_of_node

        return self._evaluator.declared(self.file, self.scope_of(annotation), expr_of_node(annotation))

    def instance(self, kind: Kind) -> Kind:
        """What calling a `class` kind makes: `model`, `orm`, … or plain `instance`."""
        return self._evaluator.instance(kind)

    def ancestry(self, kind: Kind) -> Ancestry:
        """The classes above a `class` kind, itself first."""
        return self._evaluator.ancestry(kind)

    def symbol(self, node: cst.CSTNode | Expr, scope: str | None = None, file: str = "") -> str:
        """The documented dotted name of what a library's name refers to, else empty."""
        kind = self.kind(node, scope, file)
        return kind.symbol if kind.word in {"external", "class"} and not kind.file else ""

    # Scopes and nodes.

    @cached_property
    def _numbered(self) -> list[str]:
        return self.outline.numbered()

    def scope_of(self, node: cst.CSTNode) -> str:
        """The qualname of the definition that a node stands in, empty for the module.

        A definition stands in the scope around it. A node that is not of this tree is read at the
        module's level.
        """
        number = self._scopes.number.get(node, 0)
        return self._numbered[number] if number < len(self._numbered) else ""

    def qualname(self, definition: cst.ClassDef | cst.FunctionDef) -> str:
        """The qualname of a class or function of this tree, as the outline has it."""
        return self.scope_of(definition.body)

    @overload
    def below(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]: ...
    @overload
    def below(self, node: cst.CSTNode, kind: type[Node]) -> Iterator[Node]: ...
    def below(self, node: cst.CSTNode, kind: type[cst.CSTNode] | None = None) -> Iterator[cst.CSTNode]:
        """Every node below a node, or only those of a type, parents before children."""
        from stackcheck.check.walk import walk

        return (found for found in walk(node) if kind is None or isinstance(found, kind))

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node, without what surrounds it."""
        if self._module is None:
            raise ValueError("only checks of nodes can ask for code")
        return self._module.code_for_node(node)

    def expr(self, node: cst.CSTNode) -> Expr:
        """The tuple form of an expression of this tree."""
        from stackcheck.index.tree_expr import expr_of_node

        return expr_of_node(node)

    @property
    def default_indent(self) -> str:
        """The indentation that this file uses."""
        return self._module.default_indent if self._module is not None else "    "

    @cached_property
    def parser_config(self) -> Any:
        """The configuration with which to parse new code for this file."""
        if self._module is None:
            raise ValueError("only checks of nodes make new code")
        return self._module.config_for_parsing

    # The rest of the project.

    def facts(self, analysis: Analysis) -> tuple[Any, ...]:
        """What an analysis found in this file."""
        return self._project.facts(analysis.name, self.file)

    def fact(self, analysis: Analysis, key: Any) -> Any:
        """One entry of what an analysis merged over the project, or None."""
        return self._evaluator.fact(analysis.name, key)

    def scope(self, kind: Kind) -> Scope | None:
        """The class or function of the project that a kind names: its header, not its body."""
        return self._project.scope(kind.file, kind.symbol) if kind.file else None

    def bindings(self, kind: Kind, name: str) -> tuple[Expr, ...]:
        """What a class of the project binds a name to, in its own body."""
        return tuple(binding.expr for binding in self._project.bindings(kind.file, kind.symbol, name))

    def annotations(self, kind: Kind, name: str) -> tuple[Expr, ...]:
        """What each of those bindings was declared to be; `("other",)` where nothing was said."""
        return tuple(binding.annotation for binding in self._project.bindings(kind.file, kind.symbol, name))

    def places(self, kind: Kind, name: str) -> tuple[Place, ...]:
        """Where a scope of the project (symbol empty: its module) binds a name."""
        spans = self._project.span(kind.file, kind.symbol, name)
        return tuple(Place(self._project.root / kind.file, Span(*span)) for span in spans)

    def of(self, file: str) -> Context:
        """Another file of the project as its own checks see it. Its whole text is asked for: for fixes of it."""
        text = self._project.text(file)
        return Context(
            file, text, self._evaluator, options=self.options, python=self.python, line_length=self.line_length
        )

    def edit_in(
        self, file: str, edits: Sequence[tuple[Span, str]], imports: tuple[ImportRequest, ...] = ()
    ) -> FileEdit:
        """Edits of another file of the project, by spans that facts of it gave."""
        text = self._project.text(file)
        return FileEdit(self._project.root / file, text_edits(text, edits), text_digest(text), imports=imports)

    def edits(self, edits: Sequence[tuple[Span, str]]) -> tuple[TextEdit, ...]:
        """Edits of this file, by spans that facts of it gave."""
        return text_edits(self.text, edits)

    def source_of(self, expr: Expr, scope: str = "", file: str = "") -> tuple[str, str] | None:
        """The (file, name) at module level that a name or `module.name` stands for, across imports."""
        return self._evaluator.definition(file or self.file, scope, expr)

    def allows(self, package: str, version: str) -> bool:
        """Whether the lowest version of a package that the project allows is at least `version`."""
        return at_least(self._project.version(package), version)

    def mentions(self, package: str) -> bool | None:
        """Whether the project's requirements or lock name a package, or an extra such as `sqlalchemy[asyncio]`.

        None where they name no package at all.
        """
        return self._project.mentions(package)

    def stays_below(self, package: str, limit: str) -> bool:
        """Whether every version of a package that the project allows is lower than a limit."""
        return self._project.stays_below(package, limit)

    def migrating(self, package: str) -> bool:
        """Whether the user checks against a newer release than the project's own files allow."""
        return self._project.migrating(package)

    # Writing names.

    def name(self, symbol: str, scope: str | None = None) -> Imported | None:
        """How to write `symbol` at run time in this file; None where its name is taken.

        A name that is imported already is used as it is; so is a module that is imported whole. With
        `scope`, as it is written there: only what that scope and the functions around it bind counts.
        """
        module, _, name = symbol.rpartition(".")
        bindings = self.outline.module.bindings
        taken = self.bound_around(scope) if scope is not None else frozenset()
        for local, bound in bindings.items():
            # What a call has made is another thing, even where it is known by its class: `Base = declarative_base()`.
            imported = len(bound) == 1 and bound[0].runtime and bound[0].expr[0] != "call"
            if local not in taken and imported and self.symbol(("name", local)) == symbol:
                return Imported(local, ())
        free = name not in bindings and name not in taken and (scope is not None or not self._shadowed(name))
        whole = next(
            (local for local, bound in bindings.items() if _is_module(bound, module) and local not in taken), ""
        )
        if whole and not (free and any(_is_from(bound[0].expr, module) for bound in bindings.values())):
            return Imported(f"{whole}.{name}", ())
        return Imported(name, (ImportRequest(module, name),)) if free else None

    def bound_around(self, scope: str) -> frozenset[str]:
        """The names that a scope of this file and the functions around it bind."""
        scopes = self.outline.scopes
        names: set[str] = set()
        around = scope
        while around:
            if around == scope or scopes[around].form == "function":
                names |= scopes[around].bindings.keys()
            around = scopes[around].parent
        return frozenset(names)

    def _shadowed(self, name: str) -> bool:
        return any(name in scope.bindings for scope in self.outline.scopes.values())


def text_edits(text: str, edits: Sequence[tuple[Span, str]]) -> tuple[TextEdit, ...]:
    starts = line_starts(text)
    return tuple(TextEdit(*span_offsets(starts, span), new) for span, new in edits)


def _is_module(bound: Sequence[Binding], module: str) -> bool:
    return len(bound) == 1 and bound[0].runtime and bound[0].expr == ("module", module)


def _is_from(expr: Expr, module: str) -> bool:
    return expr[:2] == ("from", module)
