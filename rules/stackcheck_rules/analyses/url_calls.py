"""Calls of what the URL and address types of Pydantic 1 had: `PostgresDsn.build(…)`, `EmailStr.validate(…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of, span_reader
from stackcheck_rules.analyses._pydantic_kinds import URLS
from stackcheck_rules.analyses._scope_at import scope_at


class UrlCall(NamedTuple):
    """`owner.method(…)`, or `owner(…)` with an empty method; the names of its keyword arguments, and what those of them
    that are strings begin with.
    """

    owner: Expr
    method: str
    scope: str
    span: Span
    words: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[UrlCall]:
    if not ("scheme" in text and (".build(" in text or any(name in text for name in URLS))) and not (
        ".validate(" in text and "Email" in text
    ):
        return
    span = span_reader(text)
    for node in nodes_of(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="build" | "validate" as called, value=owner), keywords=words):
                method = str(called)
            case ast.Call(func=ast.Name() | ast.Attribute() as owner, keywords=words) if any(map(is_scheme, words)):
                method = ""
            case _:
                continue
        texts = ((word.arg or "", start_of(word.value)) for word in words)
        named = tuple(word.arg or "" for word in words)
        begun = tuple(each for each in texts if each[1])
        yield UrlCall(expr_of(owner), method, scope_at(span(node), outline), span(node), named, begun)


def is_scheme(word: ast.keyword) -> bool:
    return word.arg == "scheme"


def start_of(value: ast.expr) -> str:
    """What a string begins with; empty if that cannot be seen."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
        case ast.BinOp(left=left, op=ast.Add()):
            return start_of(left)
    return ""


url_calls = Analysis("url-calls", collect)
