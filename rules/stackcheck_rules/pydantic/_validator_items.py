"""`List[Annotated[str, AfterValidator(check)]]` in place of `@validator(…, each_item=True)`."""

from __future__ import annotations

import libcst as cst

from stackcheck import Context, Span
from stackcheck_rules.analyses._blocks import Block
from stackcheck_rules.analyses._validator_facts import Function
from stackcheck_rules.analyses.validators import Member
from stackcheck_rules.pydantic._validator_block import LINE, parsed_block
from stackcheck_rules.pydantic._validator_parts import (
    CLASS_METHODS,
    VALIDATION_INFO,
    Place,
    Rewritten,
    Texts,
    code_of,
    declaration_of,
    decorator_symbols,
)
from stackcheck_rules.pydantic._validator_signature import Exchange, Replaced, references, with_info

LISTS = {"List", "list", "Set", "set", "FrozenSet", "frozenset", "Deque", "deque", "Sequence"}
DICTS = {"Dict", "dict", "Mapping"}
CONSTRAINED = {"pydantic.conlist", "pydantic.conset", "pydantic.confrozenset"}
SCALARS = {"str", "int", "float", "bool", "bytes"}


def is_scalar(statement: cst.AnnAssign, place: Place) -> bool:
    """Whether the field is its own only item: Pydantic 1 validated that."""
    return place.generic(statement.annotation.annotation) in SCALARS


def with_items(statement: cst.AnnAssign, annotated: str, marker: str, place: Place) -> cst.AnnAssign | None:
    """The field whose items have one more marker; None where what its items are is not plain to see."""
    item = item_of(statement.annotation.annotation, place)
    if item is None:
        return None
    new: cst.BaseExpression
    match item:
        case cst.Subscript(value=head, slice=elements) if place.generic(head) == "Annotated":
            element = cst.SubscriptElement(cst.Index(cst.parse_expression(marker)))
            last = elements[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
            new = item.with_changes(slice=[*elements[:-1], last, element])
        case _:
            new = cst.parse_expression(f"{annotated}[_, {marker}]")
            assert isinstance(new, cst.Subscript)
            first = new.slice[0].with_changes(slice=cst.Index(item))
            new = new.with_changes(slice=[first, *new.slice[1:]])
    changed = statement.deep_replace(item, new)
    return changed if isinstance(changed, cst.AnnAssign) else None


def item_of(note: cst.BaseExpression, place: Place) -> cst.BaseExpression | None:
    """The type of the items of a container, as Pydantic 1 took them one by one."""
    match note:
        case cst.Subscript(value=head, slice=elements):
            inside = [element.slice.value for element in elements if isinstance(element.slice, cst.Index)]
            word = place.generic(head)
            match inside:
                case [first] if word == "Optional":
                    return item_of(first, place)
                case [*parts] if word == "Union":
                    return item_of_one([part for part in parts if not is_none(part)], place)
                case [first, *_] if word == "Annotated":
                    return item_of(first, place)
                case [item] if word in LISTS:
                    return item
                case [item, cst.Ellipsis()] if word in {"Tuple", "tuple"}:
                    return item
                case [_, item] if word in DICTS:
                    return item
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return item_of_one([part for part in (left, right) if not is_none(part)], place)
        case cst.Call(func=called, args=[cst.Arg(value=item, keyword=keyword), *_]) if place.symbol(
            called
        ) in CONSTRAINED and (keyword is None or keyword.value == "item_type"):
            return item
    return None


def item_of_one(parts: list[cst.BaseExpression], place: Place) -> cst.BaseExpression | None:
    return item_of(parts[0], place) if len(parts) == 1 else None


def is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def moved(
    function: cst.FunctionDef, fact: Function, member: Member, annotation: str | None, ctx: Context
) -> Replaced | None:
    """The method as a function beside its class; None where it cannot be one."""
    owner = member.validator.holder
    made = with_info(function, fact, annotation, ctx)
    if made is None or any(name.value.startswith("__") for name in references(function.body, ctx)):
        return None
    body, params, sure = made.function.body, list(made.function.params.params), made.sure
    if params[0].name.value == "cls":
        del params[0]
        classes = [name for name in references(body, ctx) if name.value == "cls"]
        if classes and "." in owner:
            return None
        exchanged = body.visit(Exchange({name: cst.Name(owner) for name in classes}))
        assert isinstance(exchanged, cst.BaseSuite)
        body, sure = exchanged, sure and not (classes and member.is_base)  # in a subclass it was that
    plain = made.function.with_changes(
        name=cst.Name(fact.name), decorators=[], body=outdented(body), lines_after_decorators=[],
        params=made.function.params.with_changes(params=params),
    )  # fmt: skip
    return Replaced(plain, sure, made.uses_info)


def outdented(body: cst.BaseSuite) -> cst.BaseSuite:
    """A body whose docstring over several lines is moved left with it."""
    match body:
        case cst.IndentedBlock(
            body=[cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString(value=text) as string)]), *_]
        ) if "\n" in text:
            first, *lines = text.split("\n")
            deep = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
            moved = "\n".join([first, *(f"    {line[deep:]}" if line.strip() else line for line in lines)])
            changed = body.deep_replace(string, string.with_changes(value=moved))
            return changed if isinstance(changed, cst.BaseSuite) else body
    return body


def all_scalar(member: Member, ctx: Context) -> bool:
    """Whether no field has items: to Pydantic 1 each was its own only one."""
    place = Place(member.file, member.validator.holder, ctx)
    lines = [declaration_of(field.block, field.name, member.file, {}) for field in member.fields if field is not None]
    return (
        bool(lines)
        and len(lines) == len(member.fields)
        and all(line is not None and is_scalar(line.statement, place) for line in lines)
    )


def as_items(member: Member, texts: Texts, ctx: Context) -> Rewritten | None:
    """An `each_item=True` method as a function before its class, and the items of its fields annotated with it."""
    one, fact, home = member.validator, member.function, member.home
    block, above = (fact.block, fact.above) if fact else (None, None)
    if fact is None or block is None or above is None or home is None or member.is_shared or not one.is_method:
        return None
    parsed = parsed_block(block.source)
    symbols = decorator_symbols(member, ctx)
    del symbols[one.decorator]
    if parsed is None or not isinstance(parsed.statement, cst.FunctionDef) or {*symbols} - CLASS_METHODS:
        return None
    wanted = "pydantic.BeforeValidator" if one.option("pre") is True else "pydantic.AfterValidator"
    typed = "typing.Annotated" if ctx.python >= (3, 9) else "typing_extensions.Annotated"
    marker, annotated = code_of(wanted, member), code_of(typed, member)
    made = moved(parsed.statement, fact, member, code_of(VALIDATION_INFO, member), ctx)
    if made is None or marker is None or annotated is None or not one.fields or None in member.fields:
        return None
    found: dict[tuple[str, Block], str] = {}
    for name, field in zip(one.fields, member.fields, strict=True):
        assert field is not None
        line = declaration_of(field.block, name, member.file, {**texts, **found})
        place = Place(member.file, one.holder, ctx)
        new = with_items(line.statement, annotated, f"{marker}({fact.name})", place) if line else None
        text = line.code(new) if line and new else None
        if text is None:
            return None
        found[member.file, field.block] = text
    code = inserted(made.function, above, home.indent, parsed.module)
    if code is None:
        return None
    gone = Span(*above.span[:2], *block.span[2:])
    used = {wanted, typed, *({VALIDATION_INFO} if made.uses_info else ())}
    return Rewritten(found, ((member.file, (gone, "")), (member.file, (home.start, code))), frozenset(used), made.sure)


def inserted(function: cst.FunctionDef, above: Block, indent: str, module: cst.Module) -> str | None:
    """The text of a function before a class, with the comments that stood above the method."""
    comments = [f"{line.strip()}{module.default_newline}" for line in LINE.findall(above.source) if line.strip()]
    code = module.with_changes(body=[function], header=[], footer=[]).code.strip("\r\n") + module.default_newline
    text = "".join([*comments, code])
    if indent and ('"""' in code or "'''" in code):
        return None
    lines = [f"{indent}{line}" if line.strip() else line for line in LINE.findall(text)]
    return "".join([*lines, module.default_newline * (1 if indent else 2)])
