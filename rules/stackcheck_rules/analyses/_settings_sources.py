"""`customise_sources` of a `class Config`, which set the order in which settings are looked up."""

from __future__ import annotations

import ast
from typing import NamedTuple

from stackcheck import Span
from stackcheck_rules.analyses._source_text import SourceText, from_decorators, is_text, without_statement

BASE, SOURCE = "\0Base", "\0Source"  # stand in an edit for names that a rule writes there
GIVEN = ["cls", "init_settings", "env_settings", "file_secret_settings"]
ORDER = ["init_settings", "env_settings", "dotenv_settings", "file_secret_settings"]
NEW = "settings_customise_sources"


class Sources(NamedTuple):
    """Where the function is; `edits` move it out of `Config`, and are none where it does more than choose and order."""

    at: Span
    edits: tuple[tuple[Span, str], ...] = ()


def sources_of(model: ast.ClassDef, config: ast.ClassDef, source: SourceText) -> Sources | None:
    for line in config.body:
        if isinstance(line, ast.FunctionDef) and line.name == "customise_sources":
            start = source.line(line.lineno).index(line.name) + 1
            at = Span(line.lineno, start, line.lineno, start + len(line.name))
            taken = any(isinstance(part, ast.FunctionDef) and part.name == NEW for part in model.body)
            chosen = chosen_by(line)
            return Sources(at, moved(model, config, line, chosen, source) if chosen and not taken else ())
    return None


def chosen_by(function: ast.FunctionDef) -> ast.Tuple | ast.List | None:
    """The sources that a function returns, where it does nothing else."""
    args = function.args
    plain = not (args.posonlyargs or args.kwonlyargs or args.vararg or args.kwarg or args.defaults)
    decorators = [part.id for part in function.decorator_list if isinstance(part, ast.Name)]
    if not plain or sorted(arg.arg for arg in args.args) != sorted(GIVEN) or decorators != ["classmethod"]:
        return None
    match [line for line in function.body if not is_text(line)]:
        case [ast.Return(value=ast.Tuple(elts=[_, *_] as items) | ast.List(elts=[_, *_] as items) as value)]:
            if all(isinstance(item, ast.Name) and item.id in GIVEN[1:] for item in items):
                return value
    return None


def moved(
    model: ast.ClassDef,
    config: ast.ClassDef,
    function: ast.FunctionDef,
    chosen: ast.Tuple | ast.List,
    source: SourceText,
) -> tuple[tuple[Span, str], ...]:
    outer, inner = (source.span(node).column - 1 for node in (config, config.body[0]))
    whole = from_decorators(function, source)
    first = function.body[0].lineno
    while source.line(first - 1).lstrip().startswith("#"):
        first -= 1
    indent = source.line(config.lineno)[:outer]
    step = source.line(function.lineno)[outer:inner]
    head = "".join(source.line(number) for number in range(whole.line, first))
    if "#" in head or not step or source.line(function.lineno)[:inner].strip() or first == function.lineno:
        return ()
    last = source.line(whole.end_line)
    end = Span(whole.line, whole.column, whole.end_line, len(last) + 1)
    lines = signature(indent, step)
    lines += [line.removeprefix(step) for line in body_lines(first, whole.end_line, chosen, source)]
    text = source.newline.join(lines)
    rest = [line for line in config.body if line is not function]
    if not any(not is_text(line) and not isinstance(line, ast.Pass) for line in rest):
        around = source.span(config)
        before = "".join(source.line(number) for number in range(around.line, whole.line))
        return () if rest or "#" in before else ((Span(*around[:2], *end[2:]), text.removeprefix(indent)),)
    removed, _ = without_statement(function, source, first=function is config.body[0], last=function is config.body[-1])
    if function is config.body[-1]:
        return ((Span(*removed[:2], *end[2:]), f"{source.newline}{text}"),)
    below = source.span(config).end_line
    place = Span(below, len(source.line(below)) + 1, below, len(source.line(below)) + 1)
    return () if removed.end_column != 1 else ((removed, ""), (place, f"{source.newline}{source.newline}{text}"))


def signature(indent: str, step: str) -> list[str]:
    inner = indent + step
    params = [f"{inner}{name}: {SOURCE}," for name in ORDER]
    first = [f"{indent}@classmethod", f"{indent}def {NEW}(", f"{inner}cls,", f"{inner}settings_cls: type[{BASE}],"]
    return [*first, *params, f"{indent}) -> tuple[{SOURCE}, ...]:"]


def body_lines(first: int, last: int, chosen: ast.Tuple | ast.List, source: SourceText) -> list[str]:
    """The body of the function; what Pydantic 1 read with the environment, the env file, is a source of its own."""
    lines = {number: source.line(number) for number in range(first, last + 1)}
    by_line = len({item.lineno for item in chosen.elts}) == len(chosen.elts) > 1
    new: list[tuple[int, int, int, str]] = []  # line, start, end, text
    for item in chosen.elts:
        if isinstance(item, ast.Name) and item.id == "env_settings":
            span = source.span(item)
            line = source.line(span.line)
            between = f",{source.newline}{line[: len(line) - len(line.lstrip())]}" if by_line else ", "
            new.append((span.line, span.end_column - 1, span.end_column - 1, f"{between}dotenv_settings"))
    if isinstance(chosen, ast.List):
        whole = source.span(chosen)  # what comes is put behind a tuple
        new.append((whole.line, whole.column - 1, whole.column, "("))
        new.append((whole.end_line, whole.end_column - 2, whole.end_column - 1, ",)" if len(chosen.elts) == 1 else ")"))
    for number, start, end, text in sorted(new, reverse=True):
        lines[number] = lines[number][:start] + text + lines[number][end:]
    return [line for text in lines.values() for line in text.split(source.newline)]
