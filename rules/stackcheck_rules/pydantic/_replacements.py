"""Code that means what an old name meant, as it fits the place where the name stood."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from stackcheck import Context, ImportRequest, Kind, Span, nodes_of, parse_tree
from stackcheck_rules.analyses._import_edits import Edits
from stackcheck_rules.analyses._name_reads import Reads
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses._source_text import SourceText
from stackcheck_rules.pydantic._moved_calls import rewritten_call
from stackcheck_rules.pydantic._moved_names import REPLACED

PLACEHOLDER = re.compile(r"\{([\w.]+)\}")
Requests = tuple[ImportRequest, ...]


def replaced(symbol: str, local: str, read: Reads, source: SourceText, ctx: Context) -> tuple[Edits, Requests] | None:
    """The reads of a name as the code that means the same."""
    if read.spans is None:
        return None
    if symbol in REPLACED:
        written = code_of(symbol, ctx)
        if written is None:
            return None
        return [(span, fitting(written[0], span, source, ctx)) for span in read.spans], written[1]
    made = [rewritten_call(symbol, call, source, ctx) for call in calls_of(local, ctx)]
    done = [one for one in made if one is not None]
    if len(done) < len(read.spans):
        return None
    return [edit for edits, _ in done for edit in edits], tuple(one for _, requests in done for one in requests)


def calls_of(local: str, ctx: Context) -> Iterator[ast.Call]:
    for node in nodes_of(parse_tree(ctx.text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == local:
            yield node


def code_of(symbol: str, ctx: Context) -> tuple[str, Requests] | None:
    """The code that means what an old name meant, and the imports that it needs."""
    code = REPLACED[symbol]
    if ctx.python < (3, 10) and " | " in code:
        return None
    wanted = dict.fromkeys(PLACEHOLDER.findall(code))
    names = {name: imported for name in wanted if (imported := ctx.name(name)) is not None}
    if len(names) < len(wanted):
        return None
    requests = tuple(request for imported in names.values() for request in imported.requests)
    return PLACEHOLDER.sub(lambda match: names[match[1]].code, code), requests


def fitting(code: str, span: Span, source: SourceText, ctx: Context) -> str:
    """The code as it fits a place: in parentheses where something is asked of it, with the default of version 1."""
    after = source.line(span.end_line)[span.end_column - 1 :].lstrip()
    if " | " in code and after[:1] in {".", "("}:
        return f"({code})"
    bare = code.endswith("None") and (not after or after.startswith("#"))
    return f"{code} = None" if bare and is_bare_field(span, source, ctx) else code


def is_bare_field(annotation: Span, source: SourceText, ctx: Context) -> bool:
    """Whether this is the whole annotation of a field without a value: `None` was its default in version 1."""
    classes = {scope.span: scope.qualname for scope in ctx.outline.classes()}
    for node in nodes_of(parse_tree(ctx.text)):
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            match statement:
                case ast.AnnAssign(annotation=note, value=None) if source.span(note) == annotation:
                    owner = Kind("class", classes.get(source.span(node), ""), ctx.file)
                    return ctx.instance(owner).word in MODELS
    return False
