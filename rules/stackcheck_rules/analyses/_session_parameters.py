"""A parameter for the session of a request, written as the file at hand writes such parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Context, Expr, Imported, ImportRequest, Kind, Param, Span, dotted
from stackcheck_rules.analyses._module_names import module_of
from stackcheck_rules.analyses._source_text import SourceText
from stackcheck_rules.analyses.session_providers import MARKERS, Home, Provider

OPENING = re.compile(r"(?:async\s+)?def\s+\w+\s*\(")
LINE = re.compile(r"[ \t]*(?:\r\n|\r|\n)([ \t]*)")
NAMES = ("db", "session", "db_session")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Written(NamedTuple):
    """`note` is the annotation; `default` is empty where the annotation names the dependency."""

    note: str
    default: str
    imports: tuple[ImportRequest, ...]


class Style(NamedTuple):
    """How a file asks for a session: `form` is `default`, `inline` or `alias`; the rest is as the file names it."""

    form: str
    marker: str
    provider: str
    parameter: str


def style_of(provider: Provider, ctx: Context) -> Style | None:
    """The style of the first function of a file that asks for a session."""
    for function in ctx.outline.functions():
        for param in function.params:
            for form, expr in (("default", param.default), ("inline", param.annotation)):
                for _, marker, (given,), _ in markers_of(expr):
                    if function_of(given, "", ctx) == provider.home and ctx.symbol(marker) in MARKERS:
                        return Style(form, dotted(marker), dotted(given), param.name)
            if provider.alias and ctx.source_of(param.annotation) == provider.alias:
                return Style("alias", "", dotted(param.annotation), param.name)
    return None


def markers_of(expr: Expr) -> Iterator[Expr]:
    """The calls in a default or an annotation that could be `Depends(…)`."""
    match expr:
        case ("call", _, (_,), _):
            yield expr
        case ("index", ("name", "Annotated") | ("attr", _, "Annotated"), ("tuple", (_, *notes))):
            for note in notes:
                yield from markers_of(note) if note[0] == "call" else ()


def depends_of(param: Param, ctx: Context) -> tuple[Expr, str] | None:
    """`Depends(…)` in a parameter's default, its annotation, or the alias that this is; and the file it stands in."""
    alias = ctx.source_of(param.annotation) if param.annotation[0] in {"name", "attr"} else None
    bound = ctx.bindings(Kind("module", "", alias[0]), alias[1]) if alias else ()
    places = [(param.default, ctx.file), (param.annotation, ctx.file)]
    places += [(bound[0], alias[0])] if alias and len(bound) == 1 else []
    for expr, file in places:
        for call in markers_of(expr):
            if ctx.symbol(call[1], "", file) in MARKERS:
                return call, file
    return None


def dependency_of(param: Param, ctx: Context) -> Home | None:
    """The function whose result a parameter gets."""
    found = depends_of(param, ctx)
    return function_of(found[0][2][0], found[1], ctx) if found else None


def function_of(given: Expr, file: str, ctx: Context) -> Home | None:
    """The function that a name means, perhaps under another one: `get_db = get_session`."""
    kind = ctx.kind(given, "", file)
    return (kind.file, kind.symbol) if kind.word == "function" else None


def asked_of(provider: Provider, line: int, ctx: Context) -> Written | None:
    """The parameter that gets a session from a dependency, for a function on some line.

    Where the file never asked for one: by the project's alias, by a default where it has other dependencies so,
    else by `Annotated`, which no linter complains of.
    """
    style = style_of(provider, ctx)
    other = "inline" if ctx.allows("fastapi", "0.95") and not has_defaults(ctx) else "default"
    form = style.form if style else "alias" if provider.alias else other
    if form == "alias":
        if provider.alias is None:
            return None
        alias = Imported(style.provider, ()) if style else home_name(provider.alias, line, ctx)
        return Written(alias.code, "", alias.requests) if alias else None
    session = ctx.name(provider.session)
    marker = Imported(style.marker, ()) if style else ctx.name("fastapi.Depends")
    given = Imported(style.provider, ()) if style else home_name(provider.home, line, ctx)
    if session is None or marker is None or given is None:
        return None
    call, requests = f"{marker.code}({given.code})", (*session.requests, *marker.requests, *given.requests)
    if form == "default":
        return Written(session.code, call, requests)
    annotated = ctx.name("typing.Annotated")
    if annotated is None:
        return None
    return Written(f"{annotated.code}[{session.code}, {call}]", "", (*annotated.requests, *requests))


def has_defaults(ctx: Context) -> bool:
    """Whether a file has parameters with `Depends(…)` for a default."""
    defaults = [param.default for function in ctx.outline.functions() for param in function.params]
    return any(one[0] == "call" and ctx.symbol(one[1]) in MARKERS for one in defaults)


def home_name(home: Home, line: int, ctx: Context) -> Imported | None:
    """How a file names what a module of the project binds, for code that runs on some line."""
    file, name = home
    bindings = ctx.outline.module.bindings
    for local, bound in bindings.items():
        if len(bound) == 1 and bound[0].runtime and ctx.source_of(("name", local)) == home:
            return Imported(local, ()) if bound[0].span.line < line else None
    module = module_of(file, ctx) if file != ctx.file else ""
    if not module or any(name in scope.bindings for scope in ctx.outline.scopes.values()):
        return None
    return Imported(name, (ImportRequest(module, name),))


def free_name(taken: set[str], provider: Provider, ctx: Context) -> str:
    """What a parameter for a session is called in a file, or in the project; empty where all such names are taken."""
    style = style_of(provider, ctx)
    wanted = (style.parameter, *NAMES) if style else (provider.parameter, *NAMES)
    return next((name for name in wanted if name not in taken), "")


def put_in(node: Function, param: str, written: Written, source: SourceText, first: bool) -> tuple[Span, str] | None:
    """The edit that gives a function a parameter; None where its head is laid out in a way that is not followed."""
    if node.args.posonlyargs:
        return None
    code = f"{param}: {written.note}" + (f" = {written.default}" if written.default else "")
    args, given = node.args.args, node.args.defaults
    before = args if written.default else args[: len(args) - len(given)]
    return at_front(node, code, source) if first or not before else behind(node, len(before) - 1, code, source)


def at_front(node: Function, code: str, source: SourceText) -> tuple[Span, str] | None:
    span = source.span(node)
    opening = OPENING.match(source.text, source.starts[span.line - 1] + span.column - 1)
    if opening is None or "\n" in opening[0]:
        return None
    column = span.column + len(opening[0])
    place = Span(span.line, column, span.line, column)
    if source.text[opening.end()] == ")":
        return place, code
    broken = LINE.match(source.text, opening.end())
    if broken and not has_parameters(node):
        return None
    return place, f"{source.newline}{broken[1]}{code}," if broken else f"{code}, "


def has_parameters(node: Function) -> bool:
    args = node.args
    return bool(args.args or args.vararg or args.kwonlyargs or args.kwarg)


def behind(node: Function, position: int, code: str, source: SourceText) -> tuple[Span, str] | None:
    """The edit that puts a parameter behind the one at a position."""
    args, given = node.args.args, node.args.defaults
    at = position - (len(args) - len(given))
    start, end = source.span(args[position]), source.span(given[at] if at >= 0 else args[position])
    line = source.line(end.end_line)
    if "#" in line[end.end_column - 1 :] or (at >= 0 and source.cut(Span(*start[2:], *end[:2])).rstrip()[-1:] == "("):
        return None
    indent = source.line(start.line)[: start.column - 1]
    place = Span(*end[2:], *end[2:])
    return place, f"{source.newline}{indent}".join([",", code]) if not indent.strip() else f", {code}"
