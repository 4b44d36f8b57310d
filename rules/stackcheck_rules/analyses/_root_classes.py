"""Classes that declare `__root__`, and what makes a `RootModel` of each."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stackcheck import Expr, Outline, Scope, Span, definitions, expr_of, nodes_of
from stackcheck_rules.analyses._root_dumps import ROOT, Edits
from stackcheck_rules.analyses._root_shapes import LITERALS, NEW
from stackcheck_rules.analyses._source_text import SourceText, without_statement

DISPLAYS = {ast.List: "list", ast.Dict: "dict", ast.Set: "set", ast.Tuple: "tuple"}
# A class with one of these does more with its root than a rename can follow.
HANDS_OFF = {"__init__", "__new__", "__get_validators__", "__modify_schema__", "model_config", NEW}


class RootClass(NamedTuple):
    """`at` is the declared name, `bases` are the class's bases with their spans, `type` is the root's.

    `generic` is the type as a parameter of `RootModel`, empty where it can only stand as an annotation.
    `value` is the code of its default, empty where there is none. `kept` are the edits that keep the field in the
    class, `dropped` those that leave the class without it.
    """

    qualname: str
    at: Span
    bases: tuple[tuple[Expr, Span], ...]
    type: Expr
    generic: str
    value: str
    kept: Edits
    dropped: Edits
    after: Span
    plain: bool


def root_classes(tree: ast.Module, outline: Outline, source: SourceText) -> Iterator[RootClass]:
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(node, ast.ClassDef):
            declared = [line for line in node.body if is_declaration(line)]
            if declared:
                yield root_class(outline.scopes[qualname], node, declared[0], len(declared) == 1, outline, source)


def is_declaration(line: ast.stmt) -> bool:
    match line:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name == ROOT
    return False


def root_class(
    scope: Scope, node: ast.ClassDef, line: ast.stmt, single: bool, outline: Outline, source: SourceText
) -> RootClass:
    assert isinstance(line, ast.AnnAssign | ast.Assign)
    target = line.target if isinstance(line, ast.AnnAssign) else line.targets[0]
    annotation = line.annotation if isinstance(line, ast.AnnAssign) else None
    at = source.span(target)
    kind = source.code(annotation) if annotation is not None else inferred(line.value)
    renamed = (at, NEW if annotation is not None else f"{NEW}: {kind}")
    ready = annotation is None or is_ready(annotation, node, scope, outline)
    return RootClass(
        scope.qualname,
        at,
        tuple((expr_of(base), source.span(base)) for base in node.bases),
        expr_of(annotation),
        kind if ready else "",
        source.code(line.value) if line.value is not None else "",
        (renamed,),
        (dropped(node.body, line, source),),
        end_of(source.span(annotation)) if annotation is not None else at,
        bool(kind) and single and is_plain(node, scope) and stands_alone(line, node.body, source),
    )


def end_of(span: Span) -> Span:
    return Span(*span[2:], *span[2:])


def inferred(value: ast.expr | None) -> str:
    """The type that Pydantic 1 read off a default, where that can be told."""
    match value:
        case ast.Constant(value=literal) | ast.UnaryOp(operand=ast.Constant(value=literal)):
            return LITERALS.get(type(literal), "")
    return DISPLAYS.get(type(value), "")


def is_plain(node: ast.ClassDef, scope: Scope) -> bool:
    """Whether nothing in a class needs more than the new name of its root."""
    if HANDS_OFF & scope.bindings.keys() or any(word.arg in {"extra", None} for word in node.keywords):
        return False
    for line in node.body:
        match line:
            case ast.ClassDef(name="Config", body=body):
                # A RootModel takes no `extra`.
                if any("extra" in ast.dump(option) for option in body):
                    return False
            case ast.FunctionDef(decorator_list=decorators):
                if any(is_whole_validator(part) for decorator in decorators for part in nodes_of(decorator)):
                    return False
    return True


def is_whole_validator(node: ast.AST) -> bool:
    """Validators of the whole model get another value from a RootModel."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in {"root_validator", "model_validator"}
    return False


def stands_alone(line: ast.stmt, body: Sequence[ast.stmt], source: SourceText) -> bool:
    """Whether no other statement shares the lines of a statement."""
    after = source.line(line.end_lineno or 0)[source.span(line).end_column - 1 :].strip()
    before = source.line(line.lineno)[: source.span(line).column - 1].strip()
    return (not after or after.startswith("#")) and (not before or len(body) == 1)


def dropped(body: Sequence[ast.stmt], line: ast.stmt, source: SourceText) -> tuple[Span, str]:
    if len(body) == 1:
        return source.span(line), "pass"
    return without_statement(line, source, first=line is body[0], last=line is body[-1])


def is_ready(annotation: ast.expr, node: ast.ClassDef, scope: Scope, outline: Outline) -> bool:
    """Whether an annotation can be evaluated where the bases of its class are: nothing in it comes later."""
    quiet: set[ast.AST] = set()  # strings in these are values, not types
    for part in nodes_of(annotation):
        match part:
            case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")) | ast.Call():
                quiet.update(ast.walk(part))
            case ast.Constant(value=str()) if part not in quiet:
                return False
            case ast.Name(id=name) if name in scope.bindings or not is_known(name, node, outline):
                return False
    return True


def is_known(name: str, node: ast.ClassDef, outline: Outline) -> bool:
    bound = outline.module.bindings.get(name)
    if bound is None:
        return hasattr(builtins, name) or bool(outline.stars)
    return any(binding.runtime and binding.span.end_line < node.lineno for binding in bound)
