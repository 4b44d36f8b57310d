"""Comparisons with arrays as SQLAlchemy 2.1 spells them."""

from __future__ import annotations

from stackcheck import Context, Fix
from stackcheck_rules.analyses.core_calls import CoreCall
from stackcheck_rules.sqlalchemy._call_edits import has_comment, replaced, source

POSTGRESQL = "sqlalchemy.dialects.postgresql"
# An operand that needs no parentheses beside `==`.
PLAIN = {"Attribute", "Call", "Constant", "Name"}


def fix_of_array(call: CoreCall, ctx: Context, *, of_method: bool) -> Fix | None:
    """`column.any(5)` and `Any(5, column)` as `any_(column) == 5`; another operator has no such form."""
    name = ctx.name(f"sqlalchemy.{call.name.lower()}_")
    other, array = call.at(0, "other"), call.at(1, "arrexpr")
    if name is None or other is None or len(call.given) != (1 if of_method else 2) or has_comment(call.call.whole, ctx):
        return None
    if not of_method and array is None:
        return None
    column = source(call.call.owner if array is None else array.argument.value, ctx)
    value = source(other.argument.value, ctx)
    compared = f"{name.code}({column}) == {value if other.form in PLAIN else f'({value})'}"
    # As an argument the comparison stands alone.
    edit = replaced(call.call.whole, compared if call.around else f"({compared})", ctx)
    return Fix((edit,), f"Use `{call.name.lower()}_()`", name.requests, "unsafe")
