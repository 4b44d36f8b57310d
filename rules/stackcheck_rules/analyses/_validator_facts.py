"""What a file says of its validators of fields: uses of `validator` and `field_validator`, what is beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Expr, Outline, Span, nodes_of
from stackcheck_rules.analyses._blocks import Block, Blocks

OLD, NEW = "validator", "field_validator"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
OTHER: Expr = ("other",)


class Param(NamedTuple):
    """`form` as in an outline: `/`, ``, `*`, `kw` or `**`."""

    name: str
    form: str
    optional: bool = False


class Function(NamedTuple):
    """What validates. `rebound` are the names that its body gives another meaning somewhere.

    `block` is its whole lines, `above` the blank lines and the comments before them; `used` how often the
    file reads its name, or calls it on `cls`; `name` is the one that it could have outside its class.
    """

    qualname: str
    params: tuple[Param, ...]
    rebound: frozenset[str] = frozenset()
    block: Block | None = None
    above: Block | None = None
    used: int = 0
    name: str = ""


class Validator(NamedTuple):
    """One use. `fields` is None where they are not written out, `options` where they are no literals.

    `holder` is the class whose attribute `name` it makes, or the dict whose entry it is; empty if neither.
    `line` is the one in which the name `at` stands. A method has it as its decorator number `decorator`,
    among `decorators`; otherwise it is called with the function `given`, whose code is
    `argument`, or with a lambda.
    """

    surface: str
    holder: str
    name: str
    called: Expr
    scope: str
    at: Span
    call: Block
    line: str
    fields: tuple[str, ...] | None
    options: tuple[tuple[str, object], ...] | None
    position: Span
    function: Function | None = None
    given: Expr = OTHER
    argument: Block | None = None
    decorators: tuple[Expr, ...] = ()
    decorator: int = 0

    @property
    def is_method(self) -> bool:
        return bool(self.decorators)

    def option(self, name: str) -> object:
        return dict(self.options or ()).get(name)


class Field(NamedTuple):
    """An annotated name in the body of a class that has validators."""

    owner: str
    name: str
    block: Block


class Home(NamedTuple):
    """Where a class begins that has validators, its decorators and the comments above included."""

    owner: str
    start: Span
    indent: str


class Base(NamedTuple):
    """What `create_model` is given as `__base__` beside a dict of validators; `("const", None)` for nothing."""

    holder: str
    scope: str
    base: Expr


class Written(NamedTuple):
    """How the file can write what a fix needs: the symbol, the code, and whether that needs an import."""

    names: tuple[tuple[str, tuple[str, bool] | None], ...]


Fact = Validator | Field | Function | Home | Base | Written


def arguments_of(call: ast.Call) -> tuple[tuple[str, ...] | None, tuple[tuple[str, object], ...] | None]:
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    words = [
        (word.arg, word.value.value) for word in call.keywords if word.arg and isinstance(word.value, ast.Constant)
    ]
    return (
        tuple(texts) if len(texts) == len(call.args) else None,
        tuple(words) if len(words) == len(call.keywords) else None,
    )


def function_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef, qualname: str, outline: Outline, blocks: Blocks
) -> Function:
    calls = sum(blocks.text.count(f"{owner}.{node.name}(") for owner in ("cls", "self"))
    others = sum(node.name in scope.bindings for scope in outline.scopes.values())
    owner = outline.scopes[qualname].parent.rpartition(".")[2]
    name = node.name if others == 1 else f"{node.name}_of_{owner.lower()}"
    return Function(qualname, tuple(params_of(node.args)), frozenset(rebound_in(node)), blocks.lines(node),
                    blocks.above(node), calls, name)  # fmt: skip


def params_of(args: ast.arguments) -> Iterator[Param]:
    plain = [*args.posonlyargs, *args.args]
    missing = len(plain) - len(args.defaults)
    for at, arg in enumerate(plain):
        yield Param(arg.arg, "/" if at < len(args.posonlyargs) else "", at >= missing)
    if args.vararg:
        yield Param(args.vararg.arg, "*")
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield Param(arg.arg, "kw", default is not None)
    if args.kwarg:
        yield Param(args.kwarg.arg, "**")


def rebound_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Names that a body assigns, deletes, or takes for a parameter of a function in it."""
    for statement in function.body:
        for node in nodes_of(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    yield name
                case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    yield name
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    yield from names
