"""What an annotation says of a field: its type without `None` and metadata, whether it admits `None`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Context, Expr, Imported, Kind, expr_of

TYPING = ("typing.", "typing_extensions.")
CONTAINERS = {"list", "set", "frozenset", "tuple", "dict", "deque", "List", "Set", "FrozenSet", "Tuple", "Dict",
              "Deque", "Sequence", "MutableSequence", "Mapping", "MutableMapping", "Iterable",
              "Collection"}  # fmt: skip
CONTAINER_HOMES = {"builtins", "typing", "typing_extensions", "collections", "collections.abc"}
DEEPEST = 8  # aliases of aliases


class Part(NamedTuple):
    """One type of a union: its expression, where that is to be read, and the library's symbol that it means, if any."""

    expr: Expr
    scope: str
    file: str
    symbol: str


def parse(text: str) -> Expr:
    try:
        return expr_of(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ("other",)


def symbol_of(expr: Expr, scope: str, file: str, ctx: Context) -> str:
    """`typing.Optional`, `builtins.int`; empty for what is not a library's."""
    kind = ctx.kind(expr, scope, file)
    return "" if kind.file or kind.word not in {"external", "class"} else kind.symbol


def parts_of(expr: Expr, scope: str, ctx: Context, file: str = "", depth: int = 0) -> Iterator[Part]:
    """The types of a union, through `Optional`, `Union`, `|`, `Annotated`, strings and aliases.

    A class of the project has no symbol, nor has what cannot be followed.
    """
    file = file or ctx.file

    def inside(one: Expr) -> Iterator[Part]:
        return parts_of(one, scope, ctx, file, depth + 1)

    match expr:
        case ("const", None):
            yield Part(expr, scope, file, "None")
        case ("const", str(text)) if text and text != "...":
            yield from inside(parse(text))
        case ("union", left, right):
            yield from inside(left)
            yield from inside(right)
        case ("index", base, index):
            word = symbol_of(base, scope, file, ctx)
            items = index[1] if index[0] == "tuple" else (index,)
            match word.rpartition(".")[2] if word.startswith(TYPING) else "":
                case "Optional":
                    yield Part(("const", None), scope, file, "None")
                    yield from inside(items[0])
                case "Union":
                    for item in items:
                        yield from inside(item)
                case "Annotated" | "Final":
                    yield from inside(items[0])
                case _:
                    yield Part(expr, scope, file, word)
        case ("name", _) | ("attr", _, _):
            yield from named_parts(expr, scope, ctx, file, depth)
        case ("call", function, _, _):
            yield Part(expr, scope, file, symbol_of(function, scope, file, ctx))
        case _:
            yield Part(expr, scope, file, "")


def named_parts(expr: Expr, scope: str, ctx: Context, file: str, depth: int) -> Iterator[Part]:
    """The types that a name means: those of the alias that it stands for, else itself."""
    source = ctx.source_of(expr, scope, file) if depth < DEEPEST else None
    bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ()
    if source and len(bound) == 1 and bound[0][0] in {"index", "union", "const", "name", "attr"}:
        yield from parts_of(bound[0], "", ctx, source[0], depth + 1)
        return
    kind = ctx.kind(expr, scope, file)
    yield Part(expr, scope, file, kind.symbol if kind.word in {"class", "external"} and not kind.file else "")


def plain_type(expr: Expr, scope: str, ctx: Context) -> str:
    """The symbol of the one type that an annotation means besides `None`; empty if there are several."""
    symbols = {part.symbol for part in parts_of(expr, scope, ctx) if part.symbol != "None"}
    return symbols.pop() if len(symbols) == 1 else ""


def is_container(expr: Expr, scope: str, ctx: Context) -> bool:
    """Whether an annotation means a list, a dictionary or their like, `None` apart."""
    home, _, name = plain_type(expr, scope, ctx).rpartition(".")
    return name in CONTAINERS and home in CONTAINER_HOMES


def typing_name(name: str, ctx: Context) -> Imported | None:
    """How to write a name of `typing`, which a file may have from `typing_extensions`."""
    extension = ctx.name(f"typing_extensions.{name}")
    return extension if extension and not extension.requests else ctx.name(f"typing.{name}")


def metadata_of(expr: Expr, scope: str, ctx: Context, file: str = "", depth: int = 0) -> Iterator[Part]:
    """What `Annotated[…]` says besides the type, through strings and aliases."""
    file = file or ctx.file
    match expr:
        case ("const", str(text)) if text and text != "...":
            yield from metadata_of(parse(text), scope, ctx, file, depth)
        case ("index", base, ("tuple", (inner, *data))) if symbol_of(base, scope, file, ctx).endswith(".Annotated"):
            yield from (Part(one, scope, file, "") for one in data)
            yield from metadata_of(inner, scope, ctx, file, depth)
        case ("name", _) | ("attr", _, _) if depth < DEEPEST:
            source = ctx.source_of(expr, scope, file)
            bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ()
            if source and len(bound) == 1:
                yield from metadata_of(bound[0], "", ctx, source[0], depth + 1)
