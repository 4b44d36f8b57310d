"""Where a class of options is given to models by name: `Config = Shared`, `class Config(Shared)`, `config=Shared`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, expr_of, nodes_of, parse_tree, span_reader, uses
from stackcheck_rules.analyses._node_names import last_name

WORDS = {"config", "__config__"}
NO_FUNCTION: Expr = ("other",)
ASSIGNED = re.compile(r"^[ \t]+Config\s*[:=]", re.MULTILINE)
# Classes are written with a capital; `config=config` passes something else.
PASSED = re.compile(r"\bconfig\s*=\s*(?:\w+\.)*_?[A-Z]")


class Share(NamedTuple):
    """`form` is `assign`, `base` or `keyword`. `name` is the identifier by which `code` says what is shared, if any.

    `at` is the name `Config`, or the keyword's value; `whole` is the statement or the value. `function` is what
    the keyword is passed to; `scope` is the class that gets the options, or where the call stands.
    """

    form: str
    scope: str
    value: Expr
    name: str
    code: str
    at: Span
    whole: Span
    word: str = ""
    function: Expr = NO_FUNCTION


class Shared(NamedTuple):
    """Every use of one class; `clear` if nothing else reads it."""

    uses: tuple[tuple[str, Share], ...]
    clear: bool


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Share]:
    if not may_share(text):
        return
    span = span_reader(text)
    found = dict(places(tree))
    if not found:
        return
    for use in uses(tree, outline, lambda node: node if node in found and isinstance(node, ast.expr) else None):
        form, statement, word, function = found[use.node]
        value = use.node
        assert isinstance(value, ast.expr)
        at = whole = span(value)
        if form == "assign":
            whole = span(statement)
            at = Span(whole.line, whole.column, whole.line, whole.column + len("Config"))
        yield Share(form, use.scope, use.value, last_name(value), ast.unparse(value), at, whole, word, function)


def may_share(text: str) -> bool:
    """Whether options may be shared: words before expressions, most files have none of them."""
    if "__config__" in text or "class Config(" in text:
        return True
    if (" Config" in text or "\tConfig" in text) and ASSIGNED.search(text):
        return True
    return "config=" in text and "ydantic" in text and bool(PASSED.search(text))


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, tuple[str, ast.AST, str, Expr]]]:
    """The names that stand where options are shared."""
    for node in nodes_of(tree):
        match node:
            case ast.ClassDef(body=body):
                for statement in body:
                    yield from in_body(statement)
            case ast.Call(func=function, keywords=words):
                for word in words:
                    if word.arg in WORDS and is_name(word.value):
                        yield word.value, ("keyword", word, word.arg or "", expr_of(function))


def in_body(statement: ast.stmt) -> Iterator[tuple[ast.AST, tuple[str, ast.AST, str, Expr]]]:
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id="Config")], value=value)
            | ast.AnnAssign(target=ast.Name(id="Config"), value=ast.expr() as value)
        ):
            yield value, ("assign", statement, "", NO_FUNCTION)
        case ast.ClassDef(name="Config", bases=bases):
            yield from ((base, ("base", statement, "", NO_FUNCTION)) for base in bases if is_name(base))


def is_name(value: ast.expr) -> bool:
    while isinstance(value, ast.Attribute) and value.attr != "Config":
        value = value.value
    return isinstance(value, ast.Name)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Share, ...]]) -> Mapping[tuple[str, str], Shared]:
    """(file, qualname) of each class of the project that is shared: by whom."""
    found: dict[tuple[str, str], list[tuple[str, Share]]] = {}
    for file, each in facts.items():
        for share in each:
            kind = evaluator.value(file, share.scope, share.value)
            if share.name and kind.word == "class" and kind.file and kind.certain:
                found.setdefault((kind.file, kind.symbol), []).append((file, share))
    return {key: Shared(tuple(each), is_clear(key, each, facts, evaluator)) for key, each in found.items()}


def is_clear(
    key: tuple[str, str], found: list[tuple[str, Share]], facts: Mapping[str, tuple[Share, ...]], evaluator: Evaluator
) -> bool:
    """Whether every place that names a class shares its options."""
    file, qualname = key
    name = qualname.rpartition(".")[2].partition("#")[0]
    known = {(file, name), *((user, share.name) for user, share in found)}
    if any(times_read(local, evaluator.project.text(user)) != shares_of(local, facts[user]) for user, local in known):
        return False
    users = {user for user, _ in known}
    if "." in qualname or name == "Config":
        # Too common a word to look for: nobody may import it.
        return users == {file} and not evaluator.project.is_imported_from(file, name)
    word = re.compile(rf"\b{name}\b")
    return not any(word.search(evaluator.project.text(other)) for other in set(facts) - users)


def times_read(name: str, text: str) -> int:
    """How often a file reads a name; `.Config` is the configuration of some model."""
    nodes = nodes_of(parse_tree(text))
    return sum((isinstance(node, ast.Name) and node.id == name)
               or (isinstance(node, ast.Attribute) and node.attr == name != "Config") for node in nodes)  # fmt: skip


def shares_of(name: str, shares: tuple[Share, ...]) -> int:
    return sum(share.name == name for share in shares)


config_shares = Analysis("config-shares", collect, merge, gate=frozenset({"Config", *WORDS}))
