"""Where `str(url)` makes a text of what may be SQLAlchemy's URL, for more than to be read by people."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, expr_of, nodes_of_type, span_reader
from stackcheck_rules.analyses._scope_at import scope_at
from stackcheck_rules.analyses._words import words

OF_ATTRIBUTE = re.compile(r"\bstr\(\s*[^()]*\.url\b")
# What a text is given to that people read, and what asks only how it begins: a hidden password does no harm.
READERS = words("critical debug echo endswith error exception info log print secho startswith warn warning")


class UrlText(NamedTuple):
    """`str(url)` at `whole`; `at` is the place of the URL."""

    scope: str
    url: Expr
    at: Span
    whole: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[UrlText]:
    # A name may be a URL where the file makes or imports one; `engine.url` stands anywhere.
    named = "str(" in text and ("make_url" in text or ("URL" in text and "sqlalchemy" in text))
    if not named and (".url" not in text or not OF_ATTRIBUTE.search(text)):
        return
    harmless = set(read(tree))
    span = span_reader(text)
    for node in nodes_of_type(tree, ast.Call):
        match node:
            case ast.Call(
                func=ast.Name(id="str"), args=[ast.Name() | ast.Attribute() | ast.Call() as url], keywords=[]
            ):
                if node not in harmless and (named or isinstance(url, ast.Attribute)):
                    whole = span(node)
                    yield UrlText(scope_at(whole, outline), expr_of(url), span(url), whole)


def read(tree: ast.Module) -> Iterator[ast.AST]:
    """The expressions that are compared, shown or asked for their beginning."""
    for call in nodes_of_type(tree, ast.Call):
        match call.func:
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in READERS:
                yield from call.args
    for attribute in nodes_of_type(tree, ast.Attribute):
        if attribute.attr in READERS:
            yield attribute.value
    for shown in nodes_of_type(tree, ast.FormattedValue):
        yield shown.value
    for compare in nodes_of_type(tree, ast.Compare):
        yield from (compare.left, *compare.comparators)


url_texts = Analysis("url-texts", collect)
