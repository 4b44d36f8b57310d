"""A rule: a value with generators, registered by node type, by fact, by file kind, across files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from stackcheck.analysis import Analysis
from stackcheck.finding import Finding, Severity, Span
from stackcheck.index.kinds import KindTable

if TYPE_CHECKING:
    import libcst as cst

    from stackcheck.check.context import Context
    from stackcheck.index.outline import Outline

Found = Iterator[Finding]
Node = TypeVar("Node", bound="cst.CSTNode")
Gate = str | tuple[str, ...] | Callable[["Outline", str], bool]


class Option(NamedTuple):
    """An option of a rule, read from `[tool.stackcheck.<rule-name>]`; its type is its default's."""

    default: Any
    text: str


class Pin(NamedTuple):
    """A project that stays below a release of a package.

    `by` is the package whose requirement says so, `said` its versions (empty where only a lock says
    them); `hidden` findings in `files` files need the newer release.
    """

    package: str
    limit: str
    by: str
    said: str
    span: Span
    hidden: int
    files: int


class PinCheck(NamedTuple):
    package: str
    limit: str
    check: Callable[[Pin], Found]


@dataclass(eq=False)
class Rule:
    """One idea that a user would switch on or off.

    `gate` must hold for a file before it is parsed: an identifier that stands in its text, any of
    several, or a question to its outline. `requires` are the analyses and kind tables it asks.
    `versions` are the lowest versions of packages from which the new spelling exists; a project
    that allows a lower one is passed over. `without` are packages and limits: a project that stays
    below one of them cannot have those versions either. `outside` are analyses whose facts are spans:
    a finding that begins in one is dropped. `covers` are codes that report the same cause less
    specifically: where one of them has a finding at the same place, it gives way.

    `name`, `family` and `page` come from the module that holds the rule; the registry sets them.
    """

    code: str
    gate: Gate = ()
    requires: tuple[Analysis | KindTable, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[Analysis, ...] = ()
    covers: tuple[str, ...] = ()
    severity: Severity = "error"
    default: bool = True
    preview: bool = False
    since: str = "0.1.0"
    name: str = ""
    family: str = ""
    page: str = ""
    module: str = ""
    node_checks: list[tuple[type[cst.CSTNode], Callable[..., Found]]] = field(default_factory=list)
    fact_checks: list[tuple[Analysis, Callable[..., Found]]] = field(default_factory=list)
    file_checks: list[tuple[str, Callable[..., Found]]] = field(default_factory=list)
    pin_checks: list[PinCheck] = field(default_factory=list)
    across_checks: list[tuple[Analysis, Callable[..., Iterator[tuple[str, Finding]]]]] = field(default_factory=list)

    def on(self, kind: type[Node]) -> Callable[[Callable[[Node, Context], Found]], Callable[[Node, Context], Found]]:
        """Register a check of every node of a type: a pure function of the node and the context."""

        def register(check: Callable[[Node, Context], Found]) -> Callable[[Node, Context], Found]:
            self.node_checks.append((kind, check))
            return check

        return register

    def on_fact(
        self, analysis: Analysis
    ) -> Callable[[Callable[[Any, Context], Found]], Callable[[Any, Context], Found]]:
        """Register a check of every fact that an analysis took from a file; needs no tree."""

        def register(check: Callable[[Any, Context], Found]) -> Callable[[Any, Context], Found]:
            self.fact_checks.append((analysis, check))
            return check

        return register

    def on_file(self, kind: str) -> Callable[[Callable[[Any, Context], Found]], Callable[[Any, Context], Found]]:
        """Register a check of every file of a kind that is not Python, in its parsed form."""

        def register(check: Callable[[Any, Context], Found]) -> Callable[[Any, Context], Found]:
            self.file_checks.append((kind, check))
            return check

        return register

    def on_pin(self, package: str, limit: str) -> Callable[[Callable[[Pin], Found]], Callable[[Pin], Found]]:
        """Register a check of the requirement that keeps a project below a release of a package."""

        def register(check: Callable[[Pin], Found]) -> Callable[[Pin], Found]:
            self.pin_checks.append(PinCheck(package, limit, check))
            return check

        return register

    def across(
        self, analysis: Analysis
    ) -> Callable[
        [Callable[[Mapping[Any, Any]], Iterator[tuple[str, Finding]]]],
        Callable[[Mapping[Any, Any]], Iterator[tuple[str, Finding]]],
    ]:
        """Register a check of what an analysis merged over the project: yields (file, finding)."""

        def register(
            check: Callable[[Mapping[Any, Any]], Iterator[tuple[str, Finding]]],
        ) -> Callable[[Mapping[Any, Any]], Iterator[tuple[str, Finding]]]:
            self.across_checks.append((analysis, check))
            return check

        return register

    @property
    def analyses(self) -> tuple[Analysis, ...]:
        return (*(needed for needed in self.requires if isinstance(needed, Analysis)), *self.outside)

    @property
    def tables(self) -> tuple[KindTable, ...]:
        return tuple(needed for needed in self.requires if isinstance(needed, KindTable))

    @property
    def summary(self) -> str:
        """The first line of the rule's page."""
        return self.page.strip().partition("\n")[0]


def tables_of(rules: Iterable[Rule]) -> tuple[KindTable, ...]:
    """The kind tables that some rules require, each once."""
    return tuple({id(table): table for rule in rules for table in rule.tables}.values())


def analyses_of(rules: Iterable[Rule]) -> tuple[Analysis, ...]:
    """The analyses that some rules require, each once."""
    return tuple({needed.name: needed for rule in rules for needed in rule.analyses}.values())
