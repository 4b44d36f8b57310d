"""`Field(default=…, validate_default=True)`: what `always=True` of a validator asked for."""

from __future__ import annotations

import sys
from typing import NamedTuple

import libcst as cst

from stackcheck import Context, Kind
from stackcheck_rules.analyses.model_configs import setting_of
from stackcheck_rules.analyses.validators import Member
from stackcheck_rules.pydantic._validator_call import ended
from stackcheck_rules.pydantic._validator_parts import Place, Rewritten, Texts, code_of, declaration_of

FIELD = "pydantic.Field"
KNOWN = sys.stdlib_module_names - {"dataclasses"}
# Calls of these make the description of a field, not its default.
FRAMEWORKS = {"pydantic", "sqlmodel", "fastapi", "dataclasses", "beanie", "odmantic", "ormar"}
PLAIN = {f"builtins.{name}" for name in ("bool", "bytes", "float", "int", "str")} | {
    "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta", "decimal.Decimal", "pathlib.Path",
    "uuid.UUID",
}  # fmt: skip
CONTAINERS = {"Dict", "FrozenSet", "List", "Set", "Tuple", "dict", "frozenset", "list", "set", "tuple"}
TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def with_defaults(member: Member, before: Texts, ctx: Context) -> Rewritten | None:
    """The fields of an `always=True` validator, with their defaults validated."""
    one, place = member.validator, Place(member.file, member.validator.holder, ctx)
    owner = Kind("class", one.holder, member.file)
    if ctx.instance(owner).word == "settings" and setting_of(owner, ("validate_default", "validate_all"), ctx) is None:
        return Rewritten({})  # settings validate their defaults by themselves
    if not one.fields or None in member.fields:
        return None
    made = Rewritten({})
    for name, field in zip(one.fields, member.fields, strict=True):
        assert field is not None
        line = declaration_of(field.block, name, member.file, {**before, **made.texts})
        new = validated(line.statement, code_of("pydantic.Field", member), place) if line else None
        text = line.code(new.statement) if line and new else None
        if line is None or new is None or text is None:
            return None
        if len(text) > ctx.line_length and "\n" not in text:
            text = line.code(exploded(new.statement, ctx.default_indent)) or text
        used = {"pydantic.Field"} if new.uses_field else set()
        if one.option("pre") is not True and is_none_refused(new.statement, place):
            # As it is, the default does not pass: version 1 took it for `Optional`.
            optional = admitting_none(new.statement, member, ctx)
            text = line.code(optional) if optional else None
            new, used = new._replace(sure=False), used | {"typing.Optional"}
            if text is None:
                return None
        texts = {**made.texts, (member.file, field.block): text}
        made = Rewritten(texts, (), made.used | used, made.sure and new.sure)
    return made


class Validated(NamedTuple):
    """A field as it must be; `sure` if it could be left out before as well, `uses_field` if it has a new call."""

    statement: cst.AnnAssign
    sure: bool = True
    uses_field: bool = False


def validated(statement: cst.AnnAssign, field: str | None, place: Place) -> Validated | None:
    """The field with its default validated, if it has one; None where that cannot be written.

    `field` is how the file writes `Field`.
    """
    note, value = statement.annotation.annotation, statement.value
    described = value if is_field(value, place) else described_in(note, place)
    if described is not None and isinstance(described, cst.Call) and (value is None or value is described):
        if has_default(described):
            return described_as(statement, described)
        explicit = any(isinstance(arg.value, cst.Ellipsis) for arg in described.args)
        # Pydantic 1 gave it the default None, Pydantic 2 wants a value: another rule's matter.
        return Validated(statement) if explicit or not is_nullable(note, place) else None
    if isinstance(value, cst.Ellipsis) or (value is None and not is_nullable(note, place)):
        return Validated(statement)
    if value is None:
        return with_default(statement, cst.Name("None"), field, sure=False)
    if isinstance(described, cst.Call):
        return described_as(statement, described)
    return with_default(statement, value, field) if is_plain(value, place) else None


def is_none_refused(statement: cst.AnnAssign, place: Place) -> bool:
    """Whether the default is None and the type is known not to admit that."""
    match statement.value:
        case cst.Call(args=[cst.Arg(value=cst.Name(value="None"), keyword=None | cst.Name(value="default")), *_]):
            pass
        case _:
            return False
    note = statement.annotation.annotation
    head = note.value if isinstance(note, cst.Subscript) else note
    return place.symbol(head) in PLAIN or place.generic(head) in CONTAINERS


def admitting_none(statement: cst.AnnAssign, member: Member, ctx: Context) -> cst.AnnAssign | None:
    """The field with `Optional[X]` or `X | None` for its type."""
    note, known = statement.annotation.annotation, dict(member.written.names).get("typing.Optional")
    new: cst.BaseExpression
    if ctx.python >= (3, 10) and (known is None or known[1]):
        new = cst.BinaryOperation(note, cst.BitOr(), cst.Name("None"))
    elif known is not None:
        new = cst.Subscript(cst.parse_expression(known[0]), [cst.SubscriptElement(cst.Index(note))])
    else:
        return None
    return statement.with_changes(annotation=statement.annotation.with_changes(annotation=new))


def is_field(node: cst.CSTNode | None, place: Place) -> bool:
    return isinstance(node, cst.Call) and place.symbol(node.func) == FIELD


def described_in(note: cst.BaseExpression, place: Place) -> cst.BaseExpression | None:
    """The `Field(…)` in `Annotated[T, Field(…)]`."""
    match note:
        case cst.Subscript(value=head, slice=[_, *metadata]) if place.generic(head) == "Annotated":
            for element in metadata:
                if isinstance(element.slice, cst.Index) and is_field(element.slice.value, place):
                    return element.slice.value
    return None


def has_default(call: cst.Call) -> bool:
    first = call.args[0] if call.args else None
    if first is not None and first.keyword is None:
        return not isinstance(first.value, cst.Ellipsis)
    given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword}
    return "default_factory" in given or ("default" in given and not isinstance(given["default"], cst.Ellipsis))


def is_nullable(note: cst.BaseExpression, place: Place) -> bool:
    """Whether Pydantic 1 gave a field with this annotation the default None."""
    match note:
        case cst.Name(value="None"):
            return True
        case cst.SimpleString() | cst.ConcatenatedString():
            return True  # perhaps
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return is_nullable(left, place) or is_nullable(right, place)
        case cst.Subscript(value=head, slice=elements):
            inside = [element.slice.value for element in elements if isinstance(element.slice, cst.Index)]
            match place.generic(head):
                case "Optional":
                    return True
                case "Union":
                    return any(is_nullable(part, place) for part in inside)
                case "Annotated":
                    return is_nullable(inside[0], place)
            return False
    return place.generic(note) == "Any"


def is_plain(value: cst.BaseExpression, place: Place) -> bool:
    """Whether a default is a value for certain, not the description of a field."""
    match value:
        case cst.Call(func=called):
            kind = place.kind(called)
            package, name = kind.symbol.partition(".")[0], kind.symbol.rpartition(".")[2]
            is_known = package in KNOWN or (package not in FRAMEWORKS and name[:1].isupper() and "Field" not in name)
            return kind.word == "class" or (kind.word == "external" and is_known)
        case cst.Name(value=name) if name not in {"None", "True", "False"}:
            source = place.ctx.source_of(("name", name), place.scope, place.file)
            home = Kind("module", "", source[0]) if source else None
            bound = place.ctx.bindings(home, source[1]) if home and source else ()
            return bool(bound) and all(expr[0] != "call" for expr in bound)
    return True


def with_default(
    statement: cst.AnnAssign, value: cst.BaseExpression, field: str | None, sure: bool = True
) -> Validated | None:
    """`= Field(default=…, validate_default=True)`."""
    if field is None:
        return None
    default = cst.Arg(value, cst.Name("default"), TIGHT, COMMA)
    call = cst.Call(cst.parse_expression(field), [default, cst.Arg(cst.Name("True"), VALIDATE, TIGHT)])
    equal = cst.AssignEqual() if statement.value is None else statement.equal
    return Validated(statement.with_changes(value=call, equal=equal), sure, uses_field=True)


VALIDATE = cst.Name("validate_default")


def described_as(statement: cst.AnnAssign, call: cst.Call) -> Validated | None:
    """The statement whose `Field(…)` has the argument `validate_default=True`."""
    given = {arg.keyword.value: arg for arg in call.args if arg.keyword}
    if any(arg.star for arg in call.args):
        return None
    old = given.get("validate_default")
    if old is not None:
        args = [arg.with_changes(value=cst.Name("True")) if arg is old else arg for arg in call.args]
    else:
        args = appended(call, cst.Arg(cst.Name("True"), VALIDATE, TIGHT))
    new = statement.deep_replace(call, call.with_changes(args=args))
    return Validated(new) if isinstance(new, cst.AnnAssign) else None


def appended(call: cst.Call, new: cst.Arg) -> list[cst.Arg]:
    """The arguments with one more, on a line of its own where the others have theirs."""
    last = call.args[-1]
    before = call.whitespace_before_args
    comma = COMMA
    match last.comma:
        case cst.Comma(whitespace_after=cst.ParenthesizedWhitespace() as space):
            if isinstance(before, cst.ParenthesizedWhitespace):
                comma = cst.Comma(whitespace_after=space.with_changes(last_line=before.last_line))
                plain = space.with_changes(first_line=space.first_line.with_changes(whitespace=EMPTY, comment=None))
                last = last.with_changes(comma=cst.Comma(whitespace_after=plain))
        case _ if isinstance(before, cst.ParenthesizedWhitespace):
            line = before.first_line.with_changes(whitespace=EMPTY, comment=None)
            comma = cst.Comma(whitespace_after=before.with_changes(first_line=line))
    ahead = call.args[-1].with_changes(comma=comma, whitespace_after_arg=EMPTY)
    return ended([*call.args[:-1], ahead, new], last)


EMPTY = cst.SimpleWhitespace("")


def exploded(statement: cst.AnnAssign, indent: str) -> cst.AnnAssign:
    """The same field with each argument of its call on a line of its own, for a line that became too long."""
    call = statement.value
    spaces = (
        (call.whitespace_before_args, *(arg.whitespace_after_arg for arg in call.args))
        if isinstance(call, cst.Call)
        else ()
    )
    if not isinstance(call, cst.Call) or any(isinstance(space, cst.ParenthesizedWhitespace) for space in spaces):
        return statement
    line = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(indent))
    end = cst.ParenthesizedWhitespace(indent=True)
    args = [arg.with_changes(comma=cst.Comma(whitespace_after=line)) for arg in call.args]
    args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=end))
    return statement.with_changes(value=call.with_changes(whitespace_before_args=line, args=args))
