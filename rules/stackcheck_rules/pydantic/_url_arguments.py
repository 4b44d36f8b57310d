"""The arguments of `AnyUrl.build` in Pydantic 1 as Pydantic 2 takes them."""

from __future__ import annotations

import ast

from stackcheck import Span, nodes_of, nodes_of_type
from stackcheck_rules.analyses._import_edits import Edits
from stackcheck_rules.analyses._source_text import SourceText

# Version 1 took any keyword; these say of a host what it says itself.
DROPPED = {"tld", "host_type"}
REFUSED = {"user", *DROPPED}


def built(call: ast.Call, tree: ast.Module, source: SourceText) -> Edits | None:
    """Edits that make a call of `build` in a file one that gives the same URL, as a string; None where that cannot
    be seen."""
    words = {word.arg: word for word in call.keywords}
    if call.args or None in words or "#" in source.code(call):
        return None
    edits = without_dropped([source.span(word) for word in call.keywords],
                            [word.arg in DROPPED for word in call.keywords])  # fmt: skip
    for word in call.keywords:
        if word.arg in DROPPED:
            continue
        new = {"path": path, "port": port}.get(str(word.arg), source_of)(word.value, source)
        if new is None:
            return None
        name = "username" if word.arg == "user" else word.arg
        written = f"{name}={new}"
        if written != source.code(word):
            edits.append((source.span(word), written))
    text = is_refused(call) or is_compared(call, tree)
    return [*edits, *as_string(source.span(call), source)] if text else edits


def url_alone(call: ast.Call, source: SourceText) -> Edits | None:
    """Edits that leave of a call of a URL type the URL."""
    words = [word.arg for word in call.keywords]
    if None in words or len(call.args) + ("url" in words) != 1 or "#" in source.code(call):
        return None
    given = [source.span(each) for each in (*call.args, *call.keywords)]
    return without_dropped(given, [*(False for _ in call.args), *(word != "url" for word in words)])


def is_refused(call: ast.Call) -> bool:
    """Whether version 2 raises: what runs there may want the URL that it gets."""
    text_as_port = any(word.arg == "port" and not is_number(word.value) for word in call.keywords)
    return text_as_port or any(word.arg in REFUSED for word in call.keywords)


def is_compared(call: ast.Call, tree: ast.Module) -> bool:
    """Whether what a call gives is compared with a string, which no URL of version 2 is equal to."""
    compared = ([node.left, *node.comparators] for node in nodes_of_type(tree, ast.Compare))
    return any(call in sides and any(map(is_text, sides)) for sides in compared)


def is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def is_number(value: ast.expr) -> bool:
    return not (isinstance(value, ast.Constant) and isinstance(value.value, str))


def as_string(span: Span, source: SourceText) -> Edits:
    before, after = source.line(span.line)[: span.column - 1], source.line(span.end_line)[span.end_column - 1 :]
    if before.endswith("str(") and after.startswith(")"):
        return []
    start, end = Span(*span[:2], *span[:2]), Span(*span[2:], *span[2:])
    return [(start, "str("), (end, ")")]


def without_dropped(spans: list[Span], dropped: list[bool]) -> Edits:
    """Edits that take arguments out of a call, each with the comma that divides it from the rest."""
    last = max((index for index, gone in enumerate(dropped) if not gone), default=-1)
    edits: Edits = [(Span(*spans[index][:2], *spans[index + 1][:2]), "") for index in range(last) if dropped[index]]
    return [*edits, (Span(*spans[last][2:], *spans[-1][2:]), "")] if last + 1 < len(spans) else edits


def source_of(value: ast.expr, source: SourceText) -> str | None:
    return source.code(value)


def path(value: ast.expr, source: SourceText) -> str | None:
    """A path without the slash that version 2 puts before it."""
    code = source.code(value)
    match value:
        case ast.Constant(value=None):
            return code
        case ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return without_slash(code, text)
        case ast.BinOp(left=ast.Constant(value="/"), op=ast.Add(), right=right):
            return source.code(right)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add()):
            return without_slash(code, text)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return f'{code}.removeprefix("/")'
        case ast.Call(func=ast.Attribute(attr="get"), args=[_], keywords=[]):
            return f'({code} or "").removeprefix("/") or None'
    return None


def without_slash(code: str, text: str) -> str | None:
    at = code.find("/")
    if not text.startswith("/") or code[:at].strip("fFrRuU\"'"):
        return code if not text.startswith("/") else None
    return code[:at] + code[at + 1 :]


def port(value: ast.expr, source: SourceText) -> str | None:
    """A port as a number."""
    match value:
        case ast.Constant(value=None | int()):
            return source.code(value)
        case ast.Constant(value=str(text)):
            return text if text.isdecimal() else None
        case ast.Call(func=ast.Name(id="str"), args=[number], keywords=[]):
            return source.code(number)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return f"int({source.code(value)})"
        case ast.Call(
            func=ast.Attribute(attr="get", value=ast.Name() as owner), args=[ast.Constant() as key], keywords=[]
        ):
            return f"int({source.code(owner)}[{source.code(key)}]) if {source.code(value)} else None"
    return None


def call_at(span: tuple[int, int, int, int], tree: ast.Module, source: SourceText) -> ast.Call | None:
    calls = (node for node in nodes_of(tree) if isinstance(node, ast.Call))
    return next((call for call in calls if source.span(call) == span), None)
