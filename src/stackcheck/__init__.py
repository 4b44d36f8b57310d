"""What rules and plugins may import. The engine itself is below; it knows no rule."""

from stackcheck.analysis import Analysis
from stackcheck.check.context import Context, Imported
from stackcheck.finding import Applicability, FileEdit, Finding, Fix, ImportRequest, Place, Related, Span, TextEdit
from stackcheck.formats.toml import TomlDocument, TomlStatement
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.expr import Expr, dotted, expr_of, root_name
from stackcheck.index.kinds import UNKNOWN, Arguments, Kind, KindTable
from stackcheck.index.lines import span_reader
from stackcheck.index.outline import Binding, Outline, Param, Scope, definitions
from stackcheck.index.project import Project, parse_tree
from stackcheck.rule import Option, Rule

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
    "Place",
    "Project",
    "Related",
    "Rule",
    "Scope",
    "Span",
    "TextEdit",
    "TomlDocument",
    "TomlStatement",
    "definitions",
    "dotted",
    "expr_of",
    "parse_tree",
    "root_name",
    "span_reader",
]
