"""What rules and plugins may import. The engine itself is below; it knows no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stackcheck.analysis import Analysis
    from stackcheck.check.context import Context, Imported
    from stackcheck.finding import Applicability, FileEdit, Finding, Fix, ImportRequest, Place, Related, Span, TextEdit
    from stackcheck.formats.requirements import RequirementLine, RequirementsDocument
    from stackcheck.formats.toml import TomlDocument, TomlStatement
    from stackcheck.index.evaluator import Evaluator
    from stackcheck.index.expr import Expr, dotted, expr_of, parse_expr, root_name
    from stackcheck.index.kinds import UNKNOWN, Arguments, Kind, KindTable, alternatives
    from stackcheck.index.lines import line_starts, span_reader
    from stackcheck.index.modules import module_parts
    from stackcheck.index.nodes import children_of, definitions, nodes_of, nodes_of_type, parents_of
    from stackcheck.index.outline import Binding, Outline, Param, Scope, parse_tree
    from stackcheck.index.project import Project
    from stackcheck.index.scope_nodes import parents_near
    from stackcheck.index.uses import Use, uses
    from stackcheck.index.words import words_in
    from stackcheck.rule import Option, Pin, Rule

__version__ = "0.1.0"

__all__ = [
    "UNKNOWN",
    "Analysis",
    "Applicability",
    "Arguments",
    "Binding",
    "Context",
    "Evaluator",
    "Expr",
    "FileEdit",
    "Finding",
    "Fix",
    "ImportRequest",
    "Imported",
    "Kind",
    "KindTable",
    "Option",
    "Outline",
    "Param",
    "Pin",
    "Place",
    "Project",
    "Related",
    "RequirementLine",
    "RequirementsDocument",
    "Rule",
    "Scope",
    "Span",
    "TextEdit",
    "TomlDocument",
    "TomlStatement",
    "Use",
    "alternatives",
    "children_of",
    "definitions",
    "dotted",
    "expr_of",
    "line_starts",
    "module_parts",
    "nodes_of",
    "nodes_of_type",
    "parents_near",
    "parents_of",
    "parse_expr",
    "parse_tree",
    "root_name",
    "span_reader",
    "uses",
    "words_in",
]

# Loaded when first asked for: the command starts without what only rules use.
HOMES = {
    "Analysis": "stackcheck.analysis",
    "Applicability": "stackcheck.finding",
    "Arguments": "stackcheck.index.kinds",
    "Binding": "stackcheck.index.outline",
    "Context": "stackcheck.check.context",
    "Evaluator": "stackcheck.index.evaluator",
    "Expr": "stackcheck.index.expr",
    "FileEdit": "stackcheck.finding",
    "Finding": "stackcheck.finding",
    "Fix": "stackcheck.finding",
    "ImportRequest": "stackcheck.finding",
    "Imported": "stackcheck.check.context",
    "Kind": "stackcheck.index.kinds",
    "KindTable": "stackcheck.index.kinds",
    "Option": "stackcheck.rule",
    "Outline": "stackcheck.index.outline",
    "Param": "stackcheck.index.outline",
    "Pin": "stackcheck.rule",
    "Place": "stackcheck.finding",
    "Project": "stackcheck.index.project",
    "Related": "stackcheck.finding",
    "RequirementLine": "stackcheck.formats.requirements",
    "RequirementsDocument": "stackcheck.formats.requirements",
    "Rule": "stackcheck.rule",
    "Scope": "stackcheck.index.outline",
    "Span": "stackcheck.finding",
    "TextEdit": "stackcheck.finding",
    "TomlDocument": "stackcheck.formats.toml",
    "TomlStatement": "stackcheck.formats.toml",
    "UNKNOWN": "stackcheck.index.kinds",
    "Use": "stackcheck.index.uses",
    "alternatives": "stackcheck.index.kinds",
    "children_of": "stackcheck.index.nodes",
    "definitions": "stackcheck.index.nodes",
    "dotted": "stackcheck.index.expr",
    "expr_of": "stackcheck.index.expr",
    "line_starts": "stackcheck.index.lines",
    "module_parts": "stackcheck.index.modules",
    "nodes_of": "stackcheck.index.nodes",
    "nodes_of_type": "stackcheck.index.nodes",
    "parents_near": "stackcheck.index.scope_nodes",
    "parents_of": "stackcheck.index.nodes",
    "parse_expr": "stackcheck.index.expr",
    "parse_tree": "stackcheck.index.outline",
    "root_name": "stackcheck.index.expr",
    "span_reader": "stackcheck.index.lines",
    "uses": "stackcheck.index.uses",
    "words_in": "stackcheck.index.words",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(HOMES[name]), name)
    globals()[name] = value
    return value
