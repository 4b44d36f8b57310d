"""Arguments that a statement took in its call, as the methods that take them now.

Sources: `Select.create_legacy_select`, `GenerativeSelect`, `Insert`, `Update` and `Delete` of SQLAlchemy 1.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from stackcheck import Applicability, Context, ImportRequest
from stackcheck_rules.analyses._core_shapes import DIALECT
from stackcheck_rules.analyses.core_calls import Given
from stackcheck_rules.sqlalchemy._argument_layout import inside
from stackcheck_rules.sqlalchemy._call_edits import Extent
from stackcheck_rules.sqlalchemy._core_values import DISPLAYS, LISTS, is_display, is_list, is_one

LABELS = "LABEL_STYLE_TABLENAME_PLUS_COL"


class Step(NamedTuple):
    """A call of a method, `.where(…)`; empty where the argument said what is so anyway."""

    code: str
    safety: Applicability = "safe"
    imports: tuple[ImportRequest, ...] = ()


NOTHING = Step("")


class Argued(NamedTuple):
    """An argument with the text of its value, and where it stands."""

    given: Given
    code: str
    scope: str


Converter = Callable[[str, Argued, Context], Step | None]


def constant(argued: Argued) -> object:
    """The value of a constant, `...` for anything else."""
    match argued.given.value:
        case ("const", value) if argued.given.form == "Constant":
            return value
    return ...


def condition(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`whereclause=…`: None said that there is none, and the method would render `NULL`."""
    if constant(argued) is None:
        return NOTHING
    return Step(f".{method}({argued.code})", "safe" if is_one(argued.given, argued.scope, ctx) else "unsafe")


def each(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`order_by=…`: one expression, or a list of them, which the method takes one by one."""
    given = argued.given
    if constant(argued) is None:
        return NOTHING
    if given.form in DISPLAYS:
        items = items_of(argued.code, given.form)
        return None if items is None else Step(f".{method}({items})") if items else NOTHING
    if is_list(given, argued.scope, ctx):
        sure = is_display(given.value) or given.form in LISTS
        return Step(f".{method}(*{argued.code})", "safe" if sure else "unsafe")
    sure = is_one(given, argued.scope, ctx) or isinstance(constant(argued), str)
    return Step(f".{method}({argued.code})", "safe" if sure else "unsafe")


def items_of(code: str, form: str) -> str | None:
    """The items of a display as arguments; None where its brackets are not to be found."""
    items = inside(Extent(0, len(code)), code)
    if items is None or code[0] != ("[" if form == "List" else "("):
        return None
    inner = code[items.start : items.end]
    return inner if "\n" in inner and items.parts else inner.strip().rstrip(",").rstrip()


def several(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`prefixes=…`, which is always a list."""
    if constant(argued) is None or argued.given.form in DISPLAYS:
        return each(method, argued, ctx)
    sure = is_display(argued.given.value)
    return Step(f".{method}(*{argued.code})", "safe" if sure else "unsafe") if constant(argued) is ... else None


def value(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`limit=…`: None says nothing to the method either."""
    return NOTHING if constant(argued) is None else Step(f".{method}({argued.code})")


def flag(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`inline=True`."""
    match constant(argued):
        case True:
            return Step(f".{method}()")
        case False | None:
            return NOTHING
    return None


def flag_or_each(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`distinct=True`, `distinct=[…]`."""
    if isinstance(constant(argued), bool | None):
        return flag(method, argued, ctx)
    sure = argued.given.form in DISPLAYS or is_one(argued.given, argued.scope, ctx)
    return each(method, argued, ctx) if sure else None  # a name may hold a flag


def correlation(method: str, argued: Argued, ctx: Context) -> Step | None:
    match constant(argued):
        case True:
            return NOTHING
        case False:
            return Step(".correlate(None)")
    return None


def labels(method: str, argued: Argued, ctx: Context) -> Step | None:
    name = ctx.name(f"sqlalchemy.{LABELS}") if constant(argued) is True else None
    return Step(f".{method}({name.code})", imports=name.requests) if name else flag(method, argued, ctx)


def new_values(method: str, argued: Argued, ctx: Context) -> Step | None:
    """`values=…`: None said that there are none yet, and the method fails on it."""
    if constant(argued) is None:
        return NOTHING
    given = argued.given
    sure = given.form in {"Dict", "DictComp", *DISPLAYS, "ListComp"} or given.value[0] in {"dict", "list", "tuple"}
    sure = sure or ctx.kind(given.value, argued.scope).word in {"dict", "list"}
    return Step(f".{method}({argued.code})", "safe" if sure else "unsafe")


def dialect_options(name: str, argued: Argued, ctx: Context) -> Step | None:
    """`mysql_limit=1`."""
    return Step(f".with_dialect_options({name}={argued.code})") if DIALECT.fullmatch(name) else None


def nothing(name: str, argued: Argued, ctx: Context) -> Step | None:
    return NOTHING


OF_SELECT: dict[str, tuple[str, Converter]] = {
    "whereclause": ("where", condition),
    "from_obj": ("select_from", each),
    "distinct": ("distinct", flag_or_each),
    "having": ("having", condition),
    "correlate": ("correlate", correlation),
    "prefixes": ("prefix_with", several),
    "suffixes": ("suffix_with", several),
    "limit": ("limit", value),
    "offset": ("offset", value),
    "order_by": ("order_by", each),
    "group_by": ("group_by", each),
    "use_labels": ("set_label_style", labels),
}
OF_DML: dict[str, tuple[str, Converter]] = {
    "whereclause": ("where", condition),
    "values": ("values", new_values),
    "inline": ("inline", flag),
    "prefixes": ("prefix_with", several),
    "returning": ("returning", several),
    "return_defaults": ("return_defaults", flag_or_each),
}
