"""Where code reads a configuration as Pydantic 1 had it: `User.Config.title`, `self.__config__.orm_mode`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, Span, nodes_of, span_reader, uses
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._pydantic_kinds import MODELS

NAMES = {"Config", "__config__"}
MENTIONED = re.compile(r"\.(?:Config|__config__)\b")


class ConfigRead(NamedTuple):
    """`owner.name`, at `at`; `whole` is all that is read: `owner.name.key`, or `getattr(owner.name, "key")`.

    `form` is `key`, `base` (of a class), `argument` (passed as `__config__=`), `write` or `bare`.
    """

    name: str
    scope: str
    owner: Expr
    owner_code: str
    at: Span
    whole: Span
    form: str
    key: str
    quoted: bool  # in an f-string between double quotes


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ConfigRead]:
    if (".Config" not in text and "__config__" not in text) or not MENTIONED.search(text):
        return
    span = span_reader(text)
    around: dict[ast.AST, tuple[ast.AST, str, str]] = {}
    for inner, found in surroundings(tree):
        around.setdefault(inner, found)
    inside = set(quoted_nodes(tree, text))
    for use in uses(tree, outline, owner_of):
        node = use.node
        assert isinstance(node, ast.Attribute)
        end = span(node)
        at = last_span(end, node.attr)
        whole, form, key = around.get(node, (node, "bare", ""))
        quoted = node in inside
        yield ConfigRead(node.attr, use.scope, use.value, ast.unparse(node.value), at, span(whole), form, key, quoted)


def owner_of(node: ast.AST) -> ast.expr | None:
    return node.value if isinstance(node, ast.Attribute) and node.attr in NAMES else None


def surroundings(tree: ast.Module) -> Iterator[tuple[ast.expr, tuple[ast.AST, str, str]]]:
    """For what stands in something larger: that, what it is, and the key that it reads."""
    for node in ast.walk(tree):
        match node:
            case ast.UnaryOp(
                op=ast.Not(),
                operand=ast.Attribute(
                    value=ast.Attribute(attr="Config" | "__config__") as inner, attr="allow_mutation"
                ),
            ):
                yield inner, (node, "key", "not allow_mutation")
            case ast.Attribute(
                value=ast.Attribute(value=ast.Attribute(attr="Config" | "__config__") as inner, attr="extra"),
                attr="value" | "name",
            ):
                yield inner, (node, "key", "extra")  # of the enumeration: the word itself in v2
            case ast.Attribute(value=ast.Attribute(attr="Config" | "__config__") as inner, attr=key, ctx=ctx):
                yield inner, (node, "key" if isinstance(ctx, ast.Load) else "write", key)
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[ast.Attribute(attr="Config" | "__config__") as inner, ast.Constant(value=str(key)), *_],
            ):
                yield inner, (node, "key", key)
            case ast.ClassDef(bases=bases):
                yield from ((base, (base, "base", "")) for base in bases)
            case ast.keyword(arg="__config__", value=ast.Attribute() as inner):
                yield inner, (inner, "argument", "")


def quoted_nodes(tree: ast.Module, text: str) -> Iterator[ast.AST]:
    """What stands in an f-string with double quotes: before Python 3.12 it may hold none itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and (ast.get_source_segment(text, node) or "").endswith('"'):
            yield from nodes_of(node)


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[ConfigRead, ...]]
) -> Mapping[tuple[str, str], tuple[tuple[str, ConfigRead], ...]]:
    """(file, qualname) of each class whose own `Config` is read: each file and read. Subclasses read it too.

    Under the empty file and a key, the reads of that key whose owner may be any model.
    """
    found: dict[tuple[str, str], tuple[tuple[str, ConfigRead], ...]] = {}
    for file, reads in facts.items():
        for read in (read for read in reads if read.name == "Config"):
            kind = evaluator.value(file, read.scope, read.owner)
            holder = holder_of(evaluator, kind)
            if holder is not None:
                key = (holder.file, holder.symbol)
            elif read.form == "key" and kind.word not in {"external", "function", "module", "class", *MODELS}:
                key = ("", read.key)
            else:
                continue
            found[key] = (*found.get(key, ()), (file, read))
    return found


def holder_of(evaluator: Evaluator, kind: Kind) -> Kind | None:
    """The class of the project that holds the `Config` which is read through a class or an instance."""
    if not kind.file or kind.word in {"function", "module"}:
        return None
    classes = evaluator.ancestry(Kind("class", kind.symbol, kind.file)).classes
    return next((cls for cls in classes if cls.file and has_config(evaluator, cls)), None)


def has_config(evaluator: Evaluator, cls: Kind) -> bool:
    return bool(evaluator.project.bindings(cls.file, cls.symbol, "Config"))


config_reads = Analysis("config-reads", collect, merge, gate=NAMES)
