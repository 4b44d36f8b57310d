"""What the bodies of classes declare and assign: the candidates for fields of models."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._scoped_nodes import may_be_own

DATA = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
}


class ClassField(NamedTuple):
    """`name: annotation = value` in the body of a class, or what there is of it; `at` is the span of the name.

    `type` is what a bare value is made of, as far as its form says so. `alone` is false in `a = b = 1`.
    `last` is whether no annotated name comes below it, `decorated` whether the class has decorated methods.
    """

    qualname: str
    name: str
    at: Span
    annotation: Expr | None
    annotation_span: Span
    value: Expr | None
    value_span: Span
    type: str = ""
    alone: bool = True
    last: bool = False
    decorated: bool = False

    @property
    def may_be_field(self) -> bool:
        return not self.name.startswith("_") and self.name not in {"model_config", "Config"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ClassField]:
    wanted = {one.number: one for one in outline.classes() if any(may_be_own(base, outline) for base in one.bases)}
    if not wanted:
        return
    span = span_reader(text)
    for number, node in enumerate(definitions(tree), start=1):
        if number in wanted and isinstance(node, ast.ClassDef):
            qualname = wanted[number].qualname
            found = [field for statement in node.body for field in fields_in(statement, qualname, span)]
            last = max((at for at, field in enumerate(found) if field.annotation is not None), default=-1)
            decorated = any(getattr(statement, "decorator_list", ()) for statement in node.body)
            yield from (field._replace(last=at > last, decorated=decorated) for at, field in enumerate(found))


def fields_in(statement: ast.stmt, qualname: str, span: Callable[[ast.AST], Span]) -> Iterator[ClassField]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name) as target, annotation=note, value=value):
            at = span(target)
            given, there = (expr_of(value), span(value)) if value else (None, at)
            yield ClassField(qualname, name, at, expr_of(note), span(note), given, there)
        case ast.Assign(targets=targets, value=value):
            alone = len(targets) == 1
            for bare in targets:
                if isinstance(bare, ast.Name):
                    at, expr = span(bare), expr_of(value)
                    yield ClassField(qualname, bare.id, at, None, at, expr, span(value), type_of(value), alone)


def type_of(value: ast.expr) -> str:
    """The builtin type of what an expression makes, empty where its form does not say."""
    match value:
        case ast.Constant(value=held) if held is not ...:
            return type(held).__name__
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return type_of(operand)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            types = {type_of(left), type_of(right)}
            return (
                types.pop() if types in ({"int"}, {"float"}, {"str"}) else "float" if types == {"int", "float"} else ""
            )
    return DATA.get(type(value), "")


class_fields = Analysis("class-fields", collect)
