"""Where a class is written in place of a statement: blank lines around it, its indentation.

As `ruff format` leaves them: two blank lines around a class of the module and one around others, none at the
head of a function, comments right above staying with the class.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Span, nodes_of, parse_tree
from stackcheck_rules.analyses._source_text import SourceText, is_blank

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
CONTINUED = re.compile(r"\s*(?:elif|else|except|finally|case)\b")


def indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def unit_of(source: SourceText) -> str:
    return "\t" if re.search(r"^\t", source.text, re.MULTILINE) else "    "


def top_of(span: Span, source: SourceText) -> int:
    """The line at which the comments begin that stand right above a statement, else its own."""
    top = span.line
    while source.line(top - 1).lstrip().startswith("#"):
        top -= 1
    return top


def blank_lines(span: Span, source: SourceText) -> Iterator[tuple[Span, str]]:
    """The edits that set off a class in the place of a statement.

    Those below stand where the next statement begins: a class in its place, which would set itself off there
    too, then waits for the next pass.
    """
    for line, missing in (lacking_above(span, source), lacking_below(span, source)):
        if missing > 0:
            yield Span(line, 1, line, 1), source.newline * missing


def lacking_above(span: Span, source: SourceText) -> tuple[int, int]:
    """The line above which a class needs so many blank lines in addition."""
    top = line = top_of(span, source)
    while is_blank(source, line - 1):
        line -= 1
    if line == 1 or heads_definition(span, source):
        return top, 0
    return top, (1 if indent_of(source.line(span.line)) else 2) - (top - line)


def heads_definition(span: Span, source: SourceText) -> bool:
    """Whether a statement is the first one of a function or a class."""
    nodes: Iterator[ast.AST] = nodes_of(parse_tree(source.text))
    return any(isinstance(node, DEFINITIONS) and node.body[0].lineno == span.line for node in nodes)


def lacking_below(span: Span, source: SourceText) -> tuple[int, int]:
    line = span.end_line + 1
    while is_blank(source, line):
        line += 1
    following = source.line(line)
    if not following.strip() or CONTINUED.match(following):
        return line, 0
    return line, (1 if indent_of(following) else 2) - (line - span.end_line - 1)


def shifted(code: str, indent: str, source: SourceText) -> str:
    """The lines of an expression so that the bracket that closes it stands at an indentation."""
    lines = code.split(source.newline)
    closing = lines[-1]
    if len(lines) == 1 or closing.lstrip()[:1] not in {")", "]", "}"} or '"""' in code or "'''" in code:
        return code
    missing = len(indent) - len(indent_of(closing))
    moved = [indent[:1] * missing + line if line.strip() else line for line in lines[1:]]
    return source.newline.join([lines[0], *moved]) if missing > 0 else code
