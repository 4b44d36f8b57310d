"""The fix of a `@validator`: it and all that must be rewritten with it, in whatever files they are."""

from __future__ import annotations

import re

import libcst as cst

from stackcheck import Context, Fix, ImportRequest, Kind
from stackcheck_rules.analyses._blocks import Block
from stackcheck_rules.analyses._validator_facts import Function
from stackcheck_rules.analyses.validators import Family, Member
from stackcheck_rules.pydantic._validator_block import Edit, edits_between, parsed_block
from stackcheck_rules.pydantic._validator_call import field_validator
from stackcheck_rules.pydantic._validator_fields import with_defaults
from stackcheck_rules.pydantic._validator_items import all_scalar, as_items
from stackcheck_rules.pydantic._validator_parts import (
    CLASS_METHODS,
    FIELD_VALIDATOR,
    VALIDATION_INFO,
    Rewritten,
    Texts,
    code_of,
    decorator_name,
    decorator_symbols,
)
from stackcheck_rules.pydantic._validator_signature import extra_params, with_info

# Decorators that give the function as it is.
TRANSPARENT = {"typing.no_type_check", "typing.override", "typing_extensions.override"}
SILENCED = re.compile(r"#\s*noqa(?!:)|#.*\bSTK111\b", re.IGNORECASE)


def fix_of(family: Family, ctx: Context) -> Fix | None:
    """All of a family in the new form; None where one of them has none."""
    texts: dict[tuple[str, Block], str] = {}
    edits: dict[str, list[Edit]] = {ctx.file: []}
    imports: dict[ImportRequest, None] = {}
    sure = family.sure
    for number, member in enumerate(family.members):
        silent = number > 0 and SILENCED.search(member.validator.line)
        made = None if silent else rewritten(member, texts, ctx)
        if made is None:
            return None
        texts.update(made.texts)
        sure &= made.sure
        for file, edit in made.edits:
            edits.setdefault(file, []).append(edit)
        names = dict(member.written.names)
        for symbol in sorted(made.used):
            known = names.get(symbol)
            if known is not None and known[1]:
                imports[request(symbol)] = None
    for (file, block), text in texts.items():
        edits.setdefault(file, []).extend(edits_between(block, text))
    others = tuple(ctx.edit_in(file, each, tuple(imports)) for file, each in edits.items() if file != ctx.file)
    more = " here and where it must be the same" if len(family.members) > 1 else ""
    return Fix(ctx.edits(edits[ctx.file]), f"Use `@field_validator`{more}", tuple(imports),
               "safe" if sure else "unsafe", others)  # fmt: skip


def request(symbol: str) -> ImportRequest:
    module, _, name = symbol.rpartition(".")
    return ImportRequest(module, name)


def rewritten(member: Member, texts: Texts, ctx: Context) -> Rewritten | None:
    """One validator in the new form, on top of what was rewritten before."""
    one = member.validator
    if one.options is None or "__root__" in (one.fields or ()):
        return None
    each = one.option("each_item") is True or one.option("whole") is False
    in_table = ctx.instance(Kind("class", one.holder, member.file)).word == "sqlmodel"
    if in_table and (each or one.option("always") is True):
        return None  # its fields are columns too, described by a `Field` of its own
    fields = with_defaults(member, texts, ctx) if one.option("always") is True else Rewritten({})
    if fields is None:
        return None
    if each and not all_scalar(member, ctx):
        made = as_items(member, {**texts, **fields.texts}, ctx)
    elif one.is_method:
        made = as_method(member, ctx)
    else:
        made = as_call(member, texts, ctx)
    if made is None:
        return None
    return Rewritten({**fields.texts, **made.texts}, made.edits, fields.used | made.used, fields.sure and made.sure)


def as_method(member: Member, ctx: Context) -> Rewritten | None:
    """The decorated method: its decorator, `@classmethod` where that was left out, `info`."""
    one, fact = member.validator, member.function
    block = fact.block if fact else None
    parsed = parsed_block(block.source) if block else None
    if fact is None or block is None or parsed is None or not isinstance(parsed.statement, cst.FunctionDef):
        return None
    function = parsed.statement
    symbols = decorator_symbols(member, ctx)
    foreign = [symbol for at, symbol in enumerate(symbols)
               if at != one.decorator and symbol not in CLASS_METHODS | TRANSPARENT]  # fmt: skip
    extra = extra_params(fact.params)
    twice = any(symbol.startswith("pydantic.") for symbol in foreign)
    if extra is None or twice or (extra and (foreign or member.is_shared)):
        return None
    made = with_info(function, fact, code_of(VALIDATION_INFO, member), ctx)
    call = function.decorators[one.decorator].decorator
    name = decorator_name(member, ctx)
    new = field_validator(call, name) if isinstance(call, cst.Call) and name else None
    if made is None or new is None:
        return None
    decorators = list(made.function.decorators)
    decorators[one.decorator] = decorators[one.decorator].with_changes(decorator=new)
    if fact.params[0].name == "cls" and not CLASS_METHODS & set(symbols):
        decorators.insert(one.decorator + 1, cst.Decorator(cst.Name("classmethod")))
    text = parsed.code(made.function.with_changes(decorators=decorators))
    used = frozenset({FIELD_VALIDATOR, *({VALIDATION_INFO} if made.uses_info else ())})
    return Rewritten({(member.file, block): text}, (), used, made.sure and not foreign) if text else None


def as_call(member: Member, texts: Texts, ctx: Context) -> Rewritten | None:
    """`validator(…)(function)`: the call, and the function if it is told more than the value."""
    one, fact = member.validator, member.function
    call = cst.parse_expression(one.call.source)
    name = decorator_name(member, ctx)
    new = field_validator(call, name) if isinstance(call, cst.Call) and name else None
    extra = extra_params(fact.params) if fact else None
    if new is None or fact is None or extra is None:
        return None
    made = Rewritten({(member.file, one.call): cst.Module([]).code_for_node(new)}, (), frozenset({FIELD_VALIDATOR}))
    if not extra or (fact.block and (member.file, fact.block) in texts):
        return made
    if member.is_shared:
        passing = passing_on(member, fact)
        return made._replace(edits=((member.file, passing),)) if passing else None
    parsed = parsed_block(fact.block.source) if fact.block else None
    if fact.block is None or parsed is None or not isinstance(parsed.statement, cst.FunctionDef):
        return None
    function = with_info(parsed.statement, fact, code_of(VALIDATION_INFO, member), ctx)
    if function is None:
        return None
    text = parsed.code(function.function)
    used = made.used | ({VALIDATION_INFO} if function.uses_info else set())
    return Rewritten({**made.texts, (member.file, fact.block): text}, (), used, function.sure) if text else None


def passing_on(member: Member, fact: Function) -> Edit | None:
    """`lambda v, info: check(v, values=info.data)` for a function that other code calls too."""
    argument = member.validator.argument
    names = [param.name for param in extra_params(fact.params) or ()]
    if argument is None or not argument.source.replace(".", "").isidentifier() or {"field", "config"} & {*names}:
        return None
    params = "cls, v" if fact.params[0].name == "cls" else "v"
    if argument.source.partition(".")[0] in {"cls", "v", "info"}:
        return None
    return argument.span, f"lambda {params}, info: {argument.source}({params}, values=info.data)"
