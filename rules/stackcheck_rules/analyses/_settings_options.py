"""Where an option can be added to a class's configuration, in whichever form it has one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from stackcheck import Span
from stackcheck_rules.analyses._source_text import SourceText


class OptionPlace(NamedTuple):
    """`form`: `class`, `call`, `dict`, `none` (no configuration yet) or `odd` (one that takes no more)."""

    form: str
    place: Span = Span(1, 1, 1, 1)
    before: str = ""
    after: str = ""

    def option(self, key: str, value: str, function: str) -> tuple[Span, str]:
        """The edit that adds an option; `function` is what `model_config` is made by where there is none."""
        written = {
            "class": f"{key} = {value}",
            "dict": f'"{key}": {value}',
            "none": f"model_config = {function}({key}={value})",
        }.get(self.form, f"{key}={value}")
        return self.place, f"{self.before}{written}{self.after}"


def option_place(node: ast.ClassDef, source: SourceText) -> OptionPlace:
    """Where a class takes a further option."""
    places = [place for line in node.body if (place := place_in(line, source)) is not None]
    if len(places) > 1:
        return OptionPlace("odd")
    return places[0] if places else at_the_end(node, source)


def place_in(line: ast.stmt, source: SourceText) -> OptionPlace | None:
    match line:
        case ast.ClassDef(name="Config"):
            return in_class(line, source)
        case (
            ast.Assign(targets=[ast.Name(id="model_config")], value=ast.expr() as value)
            | ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value)
        ):
            match value:
                case ast.Call(args=[], keywords=words):
                    return in_brackets("call", value, words, source)
                case ast.Dict(values=values):
                    return in_brackets("dict", value, values, source)
            return OptionPlace("odd")
        case (
            ast.Assign(targets=[ast.Name(id="Config" | "model_config")])
            | ast.AnnAssign(target=ast.Name(id="Config" | "model_config"))
        ):
            return OptionPlace("odd")
    return None


def in_class(node: ast.ClassDef, source: SourceText) -> OptionPlace:
    """Behind the last option of a `class Config`; before its functions."""
    lines = [line for line in node.body if not isinstance(line, ast.FunctionDef)]
    if not lines:
        return OptionPlace("odd")
    last = source.span(lines[-1])
    if last.line == node.lineno:
        return OptionPlace("class", Span(*last[2:], *last[2:]), "; ")
    end = Span(last.end_line, len(source.line(last.end_line)) + 1, last.end_line, len(source.line(last.end_line)) + 1)
    return OptionPlace("class", end, f"{source.newline}{source.line(last.line)[: last.column - 1]}")


def in_brackets(form: str, node: ast.expr, parts: Sequence[ast.AST], source: SourceText) -> OptionPlace:
    """In a call or a dictionary, behind its last part."""
    whole = source.span(node)
    if not parts:
        inside = Span(whole.end_line, whole.end_column - 1, whole.end_line, whole.end_column - 1)
        return OptionPlace(form, inside)
    last = source.span(parts[-1])
    place = Span(*last[2:], *last[2:])
    line = source.line(last.line)
    if last.line == whole.line:
        return OptionPlace(form, place, ", ")
    return OptionPlace(form, place, f",{source.newline}{line[: len(line) - len(line.lstrip())]}")


def at_the_end(node: ast.ClassDef, source: SourceText) -> OptionPlace:
    last = source.span(node.body[-1])
    if last.line == node.lineno:
        return OptionPlace("odd")
    number, column = last.end_line, len(source.line(last.end_line)) + 1
    indent = source.line(node.body[0].lineno)[: source.span(node.body[0]).column - 1]
    return OptionPlace("none", Span(number, column, number, column), f"{source.newline}{source.newline}{indent}")
