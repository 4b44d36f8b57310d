"""Where code reads what Pydantic 1 put on a dataclass: the model behind it, and whether an instance is valid yet."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, parents_of, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span

MODEL, CONFIG = "__pydantic_model__", "__pydantic_config__"
GONE = (MODEL, "__pydantic_initialised__", "__pydantic_run_validation__", "__pydantic_validate_values__",
        "__initialised__", "__processed__", "__validate__")  # fmt: skip
READ = re.compile(rf"\.(?:{'|'.join(GONE)})\b")


class HiddenUse(NamedTuple):
    """`owner.name`, the name at `at`.

    `whole` is what is read of the model, `owner.name.method(args)` or `owner.name.method`; `words` are the names
    of the arguments, empty for one given by position.
    """

    name: str
    scope: str
    owner: Expr
    owner_code: str
    at: Span
    whole: Span
    method: str = ""
    called: bool = False
    args: str = ""
    words: tuple[str, ...] = ()


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[HiddenUse]:
    if CONFIG in text:
        yield from attributes_in(tree, outline, text)
    if not READ.search(text):
        return
    span = span_reader(text)
    outer = parents_of(tree)
    for use in uses(tree, outline, owner_of):
        node = use.node
        assert isinstance(node, ast.Attribute)
        end = span(node)
        at = last_span(end, node.attr)
        found = HiddenUse(node.attr, use.scope, use.value, source(text, node.value), at, end)
        method = outer.get(node)
        call = outer.get(method) if method else None
        if isinstance(method, ast.Attribute):
            found = found._replace(method=method.attr, whole=span(method))
            if isinstance(call, ast.Call) and call.func is method:
                found = found._replace(called=True, whole=span(call), args=arguments(text, call), words=words_of(call))
        yield found


def attributes_in(tree: ast.Module, outline: Outline, text: str) -> Iterator[HiddenUse]:
    """`__pydantic_config__ = Options` in a class: the name is the value's, the owner what it names."""
    span = span_reader(text)
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id="__pydantic_config__")], value=ast.Name() as value)
                    | ast.AnnAssign(target=ast.Name(id="__pydantic_config__"), value=ast.Name() as value)
                ):
                    yield HiddenUse(CONFIG, qualname, expr_of(value), value.id, span(value), span(value))


def owner_of(node: ast.AST) -> ast.expr | None:
    return node.value if isinstance(node, ast.Attribute) and node.attr in GONE else None


def words_of(call: ast.Call) -> tuple[str, ...]:
    given = ["*" if isinstance(arg, ast.Starred) else "" for arg in call.args]
    return (*given, *(word.arg or "**" for word in call.keywords))


def arguments(text: str, call: ast.Call) -> str:
    return ", ".join(source(text, arg) for arg in in_order([*call.args, *call.keywords]))


def in_order(nodes: Sequence[ast.expr | ast.keyword]) -> list[ast.expr | ast.keyword]:
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def source(text: str, node: ast.expr | ast.keyword) -> str:
    return ast.get_source_segment(text, node) or ""


hidden_models = Analysis("hidden-models", collect, gate=frozenset({CONFIG, *GONE}))
