"""Moving constraints from a container to its items, where Pydantic 1 applied them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from stackcheck import Context, Fix, TextEdit, expr_of
from stackcheck_rules.analyses.field_calls import Argument, FieldCall
from stackcheck_rules.pydantic._annotations import symbol_of, typing_name
from stackcheck_rules.pydantic._arguments import extent, groups, remove_group, source, value_code
from stackcheck_rules.pydantic._patterns import pattern_of

NUMBERS = {"allow_inf_nan", "decimal_places", "ge", "gt", "le", "lt", "max_digits", "multiple_of"}
TEXTS = {"max_length", "min_length", "pattern", "regex"}
LEAVES = {
    **dict.fromkeys(("builtins.int", "builtins.float", "decimal.Decimal"), NUMBERS),
    **dict.fromkeys(("builtins.str", "builtins.bytes", "pydantic.SecretStr", "pydantic.SecretBytes"), TEXTS),
}
VALUES_ONLY = {"dict", "Dict", "Mapping", "MutableMapping"}


def leaves(annotation: ast.expr, scope: str, ctx: Context) -> Iterator[tuple[ast.expr, set[str]]]:
    """The types inside an annotation that v1 constrained, each with the constraints that it took."""
    match annotation:
        case ast.Subscript(value=value, slice=inside):
            items = list(inside.elts) if isinstance(inside, ast.Tuple) else [inside]
            name = symbol_of(expr_of(value), scope, "", ctx).rpartition(".")[2]
            for item in items[1:] if name in VALUES_ONLY else items:
                yield from leaves(item, scope, ctx)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from leaves(left, scope, ctx)
            yield from leaves(right, scope, ctx)
        case ast.Name() | ast.Attribute():
            constraints = LEAVES.get(symbol_of(expr_of(annotation), scope, "", ctx))
            if constraints:
                yield annotation, constraints


def item_types(call: FieldCall, ctx: Context) -> list[tuple[ast.expr, set[str]]]:
    """The same for the annotation beside a call; none where it is not written out on one line."""
    if call.declared is None:
        return []
    try:
        tree = ast.parse(source(call.declared.span, ctx), mode="eval")
    except (SyntaxError, ValueError):
        return []
    return [] if "\n" in ast.unparse(tree) else list(leaves(tree.body, call.scope, ctx))


def moved(arguments: Sequence[Argument], call: FieldCall, ctx: Context, *, safe: bool) -> Fix | None:
    """`tags: list[Annotated[str, Field(max_length=3)]]` for `tags: list[str] = Field(max_length=3)`."""
    found = item_types(call, ctx)
    name = typing_name("Annotated", ctx)
    takes = {word for _, words in found for word in words}
    if call.declared is None or name is None or not {argument.name for argument in arguments} <= takes:
        return None
    start = extent(call.declared.span, ctx).start
    code = source(call.declared.span, ctx)
    function = ctx.text[extent(call.span, ctx).start :].partition("(")[0]
    imports, edits = list(name.requests), []
    if "\n" in code or not code.isascii():
        return None
    exact, words = safe, {}
    for argument in arguments:
        value = value_code(argument, ctx)
        if argument.name == "regex":
            pattern = pattern_of(source(argument.value_span, ctx), argument.value, call.scope, ctx)
            if pattern is None:
                return None
            value, exact = pattern.code, exact and pattern.exact
            imports += pattern.imports
        words[argument.name] = f"{'pattern' if argument.name == 'regex' else argument.name}={value}"
    for leaf, takes in found:
        inside = ", ".join(words[argument.name] for argument in arguments if argument.name in takes)
        if inside:
            begin, end = start + leaf.col_offset, start + (leaf.end_col_offset or 0)
            edits.append(TextEdit(begin, end, f"{name.code}[{ctx.text[begin:end]}, {function}({inside})]"))
    removals = [remove_group(group, call, ctx) for group in groups(arguments, call)]
    if None in removals:
        return None
    edits += shortened(arguments, call, ctx) or [removal for removal in removals if removal]
    return Fix(tuple(edits), "Constrain the items", tuple(imports), "safe" if exact else "unsafe")


def shortened(arguments: Sequence[Argument], call: FieldCall, ctx: Context) -> list[TextEdit]:
    """`= []` for `= Field([])`, where nothing but the default is left."""
    left = [argument for argument in call.arguments if argument not in arguments]
    if len(left) != 1 or left[0].name not in {"", "default"} or left[0].value == ("const", "..."):
        return []
    start, end = extent(call.span, ctx)
    return [TextEdit(start, end, source(left[0].value_span, ctx))]
