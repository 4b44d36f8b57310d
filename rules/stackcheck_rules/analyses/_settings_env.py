"""Names of environment variables as Pydantic 1 took them: `Field(env="X")`, `Config.fields = {"a": {"env": "X"}}`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of, nodes_of
from stackcheck_rules.analyses._settings_options import in_brackets
from stackcheck_rules.analyses._source_text import SourceText

ALIAS, FIELD = "\0alias", "\0Field"  # stand in an edit for what a rule writes there
LONE = "Optional", "Any", "None"
Edits = tuple[tuple[Span, str], ...]


class EnvName(NamedTuple):
    """The variables of one field. `names` are their texts, empty where they are not all known; `inner` is their code.

    `function` makes the field, empty where nothing does yet. `named` are the edits that give the field the
    names, `dropped` those that leave it without; none of either where that cannot be done.
    """

    field: str
    at: Span
    names: tuple[str, ...]
    inner: str
    many: bool
    function: Expr
    named: Edits
    dropped: Edits


def env_arguments(node: ast.ClassDef, source: SourceText) -> Iterator[EnvName]:
    """The `env` of every `Field()` in the body of a class."""
    for line in node.body:
        match line:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=note, value=value):
                for call in calls_in(note, value):
                    yield from env_argument(name, call, line, source)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                yield from env_argument(name, call, line, source)


def calls_in(note: ast.expr, value: ast.expr | None) -> Iterator[ast.Call]:
    if isinstance(value, ast.Call):
        yield value
    yield from (part for part in nodes_of(note) if isinstance(part, ast.Call))


def env_argument(name: str, call: ast.Call, line: ast.stmt, source: SourceText) -> Iterator[EnvName]:
    for word in call.keywords:
        if word.arg == "env":
            names, inner, many = names_of(word.value, source)
            others = {other.arg for other in call.keywords}
            free = not others & {None, "alias", "validation_alias"} and bool(inner)
            # Pydantic 1 took `Optional` for a default of None; `env=` shows that it was written for that.
            default = "default=None" if is_optional(line, call) else ""
            named = (
                ((source.span(word), ", ".join(filter(None, [default, f"validation_alias={ALIAS}"]))),) if free else ()
            )
            whole = ((source.span(word), default),) if default else without_argument(word, call, line, source)
            dropped = whole if free else ()
            yield EnvName(name, source.span(word), names, inner, many, expr_of(call.func), named, dropped)


def is_optional(line: ast.stmt, call: ast.Call) -> bool:
    """Whether a field says by its annotation alone that it may be left out."""
    if not isinstance(line, ast.AnnAssign) or line.value is not call or call.args:
        return False
    if {word.arg for word in call.keywords} & {None, "default", "default_factory"}:
        return False
    match line.annotation:
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional")):
            return True
        case ast.Subscript(value=ast.Name(id="Union") | ast.Attribute(attr="Union"), slice=ast.Tuple(elts=items)):
            return any(is_none(item) for item in items)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return is_none(left) or is_none(right)
    return False


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def names_of(value: ast.expr, source: SourceText) -> tuple[tuple[str, ...], str, bool]:
    """The texts, the code, and whether there are several; no code where it is unknown if it is one text."""
    match value:
        case ast.Constant(value=str(name)):
            return (name,), source.code(value), False
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) if items:
            texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if len(texts) == len(items):
                inner = source.code(items[0]) if len(items) == 1 else source.code(value)[1:-1]
                return tuple(texts), inner, len(items) > 1
        case ast.JoinedStr():
            return (), source.code(value), False
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            if any(isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
                   for side in (left, right)):  # fmt: skip
                return (), source.code(value), False
    return (), "", False


def without_argument(word: ast.keyword, call: ast.Call, line: ast.stmt, source: SourceText) -> Edits:
    """The edit that takes an argument away; with the last one the whole call goes, where it is the value of a field."""
    given = sorted([*call.args, *call.keywords], key=source.span)
    at, here = given.index(word), source.span(word)
    if len(given) == 1:
        if not isinstance(line, ast.AnnAssign) or line.value is not call:
            return ()
        whole, note = source.span(line), source.span(line.annotation)
        cut = Span(*note[2:], *whole[2:])
    elif at + 1 < len(given):
        cut = Span(*here[:2], *source.span(given[at + 1])[:2])
    else:
        cut = Span(*source.span(given[at - 1])[2:], *here[2:])
    return () if "#" in source.cut(cut).replace(source.code(word), "") else ((cut, ""),)


def env_options(node: ast.ClassDef, entries: ast.Dict, source: SourceText) -> Iterator[EnvName]:
    """The `env` of every entry of `Config.fields`."""
    for key, value in zip(entries.keys, entries.values, strict=True):
        match key, value:
            case ast.Constant(value=str(name)), ast.Dict(keys=[ast.Constant(value="env")], values=[given]):
                names, inner, many = names_of(given, source)
                field = next((line for line in node.body if is_field(line, name)), None)
                function, named = field_edits(field, source) if inner and field is not None else ((), ())
                yield EnvName(name, source.span(value), names, inner, many, function, named, ())


def is_field(line: ast.stmt, name: str) -> bool:
    return isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.target.id == name


def field_edits(line: ast.stmt, source: SourceText) -> tuple[Expr, Edits]:
    """What makes a field, and the edits that give it an alias."""
    assert isinstance(line, ast.AnnAssign)
    note = source.span(line.annotation)
    if any(isinstance(part, ast.Call) for part in nodes_of(line.annotation)):
        return (), ()  # in `Annotated` there may be a field already
    match line.value:
        case None:
            # Pydantic 1 gave these None as a default; another rule writes that down first.
            if any(word in source.code(line.annotation) for word in LONE):
                return (), ()
            return (), ((Span(*note[2:], *note[2:]), f" = {FIELD}(validation_alias={ALIAS})"),)
        case ast.Call(func=func, args=args, keywords=words) as call:
            if {word.arg for word in words} & {None, "alias", "validation_alias", "env"}:
                return (), ()
            behind = in_brackets("call", call, sorted([*args, *words], key=source.span), source)
            return expr_of(func), (behind.option("validation_alias", ALIAS, ""),)
        case value:
            whole = source.span(value)
            start, end = Span(*whole[:2], *whole[:2]), Span(*source.span(line)[2:], *source.span(line)[2:])
            return (), ((start, f"{FIELD}("), (end, f", validation_alias={ALIAS})"))
