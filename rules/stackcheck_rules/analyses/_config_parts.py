"""The statements of a class that holds options, as what they would be in a call: for `config_classes`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of, nodes_of

COMMENT = re.compile(r"[ \t]*;?[ \t]*(?P<comment>#.*)?")
EXTRA = {"allow", "forbid", "ignore"}
FORMS = {"": "plain", "staticmethod": "static", "classmethod": "class"}
Spanned = Callable[[ast.AST], Span]


class Chain(NamedTuple):
    """`a.b.c` in the source of a value, from one offset to another."""

    start: int
    end: int
    expr: Expr


class Part(NamedTuple):
    """One statement of the class: `form` is `option`, `function`, `text` (its docstring), `nothing` or `other`.

    `code` is the value as a call can take it, the docstring, or the source of the function as it would stand
    outside. `kind` says more of a value (`dict`, `lambda`, `name`) or a function (`function`, `other`). `above` and
    `beside` are comments; `names` are read by the code, `chains` might be `Extra.forbid`.
    """

    form: str
    name: str
    at: Span
    code: str = ""
    kind: str = ""
    expr: Expr = ("other",)
    names: tuple[str, ...] = ()
    chains: tuple[Chain, ...] = ()
    above: tuple[str, ...] = ()
    beside: str = ""


def parts_of(node: ast.ClassDef, lines: Sequence[str], span: Spanned) -> Iterator[Part]:
    row = node.body[0].lineno if node.body[0].lineno == node.lineno else node.lineno
    for position, statement in enumerate(node.body):
        start = first_line(statement)
        above = tuple(line.strip() for line in lines[row : start - 1] if line.strip().startswith("#"))
        whole = span(statement)
        rest = COMMENT.match(lines[whole.end_line - 1], whole.end_column - 1)
        follows = position + 1 < len(node.body) and node.body[position + 1].lineno == whole.end_line
        beside = (rest["comment"] or "").rstrip() if rest and not follows else ""
        part = part_of(statement, whole, lines, span, is_first=position == 0)
        yield part._replace(above=above, beside=beside)
        row = whole.end_line


def first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def part_of(statement: ast.stmt, whole: Span, lines: Sequence[str], span: Spanned, *, is_first: bool) -> Part:
    match statement:
        case ast.Pass():
            return Part("nothing", "", whole)
        case ast.Expr(value=ast.Constant(value=value)) if value is ...:
            return Part("nothing", "", whole)
        case ast.Expr(value=ast.Constant(value=str(text))) if is_first:
            return Part("text", "", whole, text)
        case (
            ast.Assign(targets=[ast.Name(id=name) as target], value=value)
            | ast.AnnAssign(target=ast.Name(id=name) as target, value=ast.expr() as value)
        ):
            code = argument(assigned(statement, target, whole, lines, span), value)
            if code is not None:
                return Part("option", name, span(target), code, kind_of(value), expr_of(value),
                            tuple(sorted(free_names(value))), tuple(chains_of(code)))  # fmt: skip
        case ast.FunctionDef(name=name):
            # What its body reads it finds outside as well.
            read = tuple(sorted(free_names(statement.args) | free_names(statement.returns or ast.Pass())))
            code = outside(statement, whole, lines)
            kind = "function" if code else "other"
            column = whole.column + len("def ")
            at = Span(whole.line, column, whole.line, column + len(name))
            return Part("function", name, at, code, kind, names=read)
    return Part("other", "", whole)


def assigned(statement: ast.stmt, target: ast.AST, whole: Span, lines: Sequence[str], span: Spanned) -> str:
    """The source of what is assigned, with the parentheses around it."""
    note = getattr(statement, "annotation", None)
    head = span(note if note is not None else target)
    text = piece(lines, Span(head.end_line, head.end_column, whole.end_line, whole.end_column))
    return text.partition("=")[2].strip()


def piece(lines: Sequence[str], span: Span) -> str:
    """The source of a span."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    first, last = lines[span.line - 1][span.column - 1 :], lines[span.end_line - 1][: span.end_column - 1]
    return "\n".join([first, *lines[span.line : span.end_line - 1], last])


def argument(code: str, value: ast.expr) -> str | None:
    """Source that gives a value as an argument of a call: `(1, 2)` for `1, 2`."""
    wanted = ast.dump(value)
    for form in (code, f"({code})"):
        try:
            match ast.parse(f"f(x={form}\n)", mode="eval").body:
                case ast.Call(args=[], keywords=[ast.keyword(arg="x", value=given)]) if ast.dump(given) == wanted:
                    return form
        except SyntaxError:
            continue
    return None


def free_names(value: ast.AST) -> set[str]:
    """The names that an expression reads from around it."""
    names = [node for node in nodes_of(value) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    lambdas = [node for node in nodes_of(value) if isinstance(node, ast.Lambda)]
    bound |= {node.arg for each in lambdas for node in nodes_of(each.args) if isinstance(node, ast.arg)}
    return {node.id for node in names} - bound


def kind_of(value: ast.expr) -> str:
    match value:
        case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
            return "dict"
        case ast.Lambda():
            return "lambda"
        case ast.Name() | ast.Attribute():
            return "name"
    return ""


def chains_of(code: str) -> Iterator[Chain]:
    """Where `Extra.forbid`, or `Extra.forbid.value`, may stand in a value's source."""
    if not any(word in code for word in EXTRA):
        return
    rows = f"({code}\n)".encode().split(b"\n")
    inside = set()
    for node in nodes_in_order(ast.parse(f"({code}\n)", mode="eval")):
        match node:
            case ast.Attribute(value=ast.Attribute(attr=attr) as below, attr="value" | "name") if attr in EXTRA:
                inside.add(below)
            case ast.Attribute(attr=attr) if attr in EXTRA and node not in inside:
                pass
            case _:
                continue
        start, end = ((node.lineno, node.col_offset), (node.end_lineno or 1, node.end_col_offset or 0))
        yield Chain(offset_in(rows, *start) - 1, offset_in(rows, *end) - 1, expr_of(node))


def nodes_in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Parents before what is below them."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from nodes_in_order(child)


def offset_in(rows: Sequence[bytes], line: int, column: int) -> int:
    before = b"\n".join([*rows[: line - 1], rows[line - 1][:column]])
    return len(before.decode())


def outside(function: ast.FunctionDef, whole: Span, lines: Sequence[str]) -> str:
    """A function of the class as it would stand outside, without `cls`; empty where it cannot."""
    form = FORMS.get(" ".join(ast.unparse(each) for each in function.decorator_list), "")
    names = [*function.args.posonlyargs, *function.args.args]
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    texts = [node for node in ast.walk(function) if isinstance(node, (ast.Constant, ast.JoinedStr))]
    folded = [node for node in texts if node.end_lineno != node.lineno and node is not docstring_of(function)]
    if not form or not names or folded or read & {"super", "__class__"}:
        return ""
    rows = list(lines[whole.line - 1 : whole.end_line])
    indent = rows[0][: whole.column - 1]
    rows[-1] = rows[-1][: whole.end_column - 1]
    if form == "class":
        row = names[0].lineno - whole.line
        if len(names) < 2 or names[0].arg in read or names[0].lineno != names[1].lineno or not rows[row].isascii():
            return ""
        rows[row] = rows[row][: names[0].col_offset] + rows[row][names[1].col_offset :]
    return "\n".join(row.removeprefix(indent) for row in rows)


def docstring_of(function: ast.FunctionDef) -> ast.AST | None:
    match function.body[0]:
        case ast.Expr(value=ast.Constant(value=str()) as text):
            return text
    return None
