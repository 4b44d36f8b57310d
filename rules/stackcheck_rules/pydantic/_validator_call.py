"""`field_validator("a", mode="before")` in place of `validator("a", pre=True, allow_reuse=True)`."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

DROPPED = {"allow_reuse", "always", "each_item", "whole"}


def field_validator(call: cst.Call, name: str) -> cst.Call | None:
    """The same decorator in the new spelling; None where an argument is no literal or none of Pydantic's."""
    args: list[cst.Arg] = []
    for arg in call.args:
        keyword = arg.keyword.value if arg.keyword else ""
        if arg.star == "**" or (keyword in {"pre", *DROPPED} and literal(arg.value) is None):
            return None
        if keyword == "pre" and literal(arg.value):
            args.append(arg.with_changes(keyword=cst.Name("mode"), value=before(call.args)))
        elif not keyword or keyword == "check_fields":
            args.append(arg)
        elif keyword not in {"pre", *DROPPED}:
            return None
    if not args:
        return None
    return call.with_changes(func=cst.parse_expression(name), args=ended(args, call.args[-1]))


def literal(value: cst.BaseExpression) -> bool | None:
    return {"True": True, "False": False}.get(value.value) if isinstance(value, cst.Name) else None


def before(args: Sequence[cst.Arg]) -> cst.SimpleString:
    """The mode, in the quotes of the names of the fields."""
    quotes = (arg.value.quote for arg in args if isinstance(arg.value, cst.SimpleString))
    quote = next((quote for quote in quotes if len(quote) == 1), '"')
    return cst.SimpleString(f"{quote}before{quote}")


def ended(args: Sequence[cst.Arg], last: cst.Arg) -> list[cst.Arg]:
    """Arguments whose last one is followed by what followed the last one before."""
    end = args[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return [*args[:-1], end]
