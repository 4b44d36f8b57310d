"""The steps of a query as those of a `select()`: what keeps its name, what is called otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from stackcheck import Context, Expr, ImportRequest, Kind, Span
from stackcheck_rules.analyses._words import words
from stackcheck_rules.analyses.query_chains import Step
from stackcheck_rules.sqlalchemy._call_edits import source
from stackcheck_rules.sqlalchemy._query_entities import JOINS, mapped_class, relationship_of

SAME = words("""
    where select_from order_by group_by having limit offset distinct with_for_update with_hint with_statement_hint
    prefix_with suffix_with correlate params execution_options add_columns slice from_statement options
    set_label_style
""")
RENAMED = {"filter": "where", "add_column": "add_columns", "add_entity": "add_columns",
           "with_entities": "with_only_columns"}  # fmt: skip
OPTIONS = {"populate_existing": "populate_existing=True", "autoflush": "autoflush", "yield_per": "yield_per"}
# A loader option that names its attribute in a string raises on 2.x: its own rule mends that first.
LOADERS = words("joinedload selectinload subqueryload lazyload contains_eager defer undefer load_only raiseload")


class Part(NamedTuple):
    """`.name(…)` of a statement, with what stood before it: white space, perhaps a comment."""

    gap: str
    code: str


class Statement(NamedTuple):
    head: str
    parts: tuple[Part, ...]
    imports: tuple[ImportRequest, ...]


def statement_of(entities: str, steps: Sequence[Step], first: Span, scope: str, ctx: Context) -> Statement | None:
    """`select(entities)` and the steps; None where one of them has no counterpart. `first` is what is before them."""
    select = ctx.name("sqlalchemy.select", scope)
    parts = parts_of(steps, first, scope, ctx)
    if select is None or parts is None:
        return None
    return parts._replace(head=f"{select.code}({entities})", imports=(*select.requests, *parts.imports))


def parts_of(steps: Sequence[Step], first: Span, scope: str, ctx: Context) -> Statement | None:
    """The steps alone, to go on from any statement."""
    parts: list[Part] = []
    imports: list[ImportRequest] = []
    before = first
    for number, step in enumerate(steps):
        made = converted(step, steps[:number], scope, ctx)
        if made is None:
            return None
        code, wanted = made
        parts.append(Part(gap_before(step, before, ctx), f".{code}"))
        imports += wanted
        before = step.whole
    return Statement("", tuple(parts), tuple(imports))


def gap_before(step: Step, before: Span, ctx: Context) -> str:
    """What stands between the end of a call and the dot that goes on."""
    between = source(Span(*before[2:], *step.at[:2]), ctx)
    return between.rpartition(".")[0]


def arguments_text(step: Step, ctx: Context) -> str:
    """`(…)` of a step, as it stands."""
    return source(Span(*step.at[2:], *step.whole[2:]), ctx)


Converted = tuple[str, tuple[ImportRequest, ...]]


def converted(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    text = arguments_text(step, ctx)
    if step.name == "options" and any(has_string_path(argument.expr) for argument in step.arguments):
        return None
    if step.name in SAME:
        return (
            None if any(is_query(argument.expr, scope, ctx) for argument in step.arguments) else (step.name + text, ())
        )
    if step.name in RENAMED:
        return RENAMED[step.name] + text, ()
    convert = CONVERTED.get(step.name)
    return convert(step, earlier, scope, ctx) if convert else None


def is_query(expr: tuple[object, ...], scope: str, ctx: Context) -> bool:
    return ctx.kind(expr, scope).word == "query"


def has_string_path(expr: Expr) -> bool:
    """Whether a loader option names something in a string, at any depth of its chain."""
    match expr:
        case ("call", ("name", str(name)), tuple(given), _):
            return is_string_path(name, given)
        case ("call", ("attr", tuple(owner), str(name)), tuple(given), _):
            return is_string_path(name, given) or has_string_path(owner)
    return False


def is_string_path(name: str, given: tuple[Expr, ...]) -> bool:
    return name in LOADERS and any(one[0] == "const" and one[1] != "*" for one in given)


def joined(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    """A join to a class or along a relationship, with or without the condition."""
    positional = [argument for argument in step.arguments if not argument.name]
    named = {argument.name for argument in step.arguments} - {""}
    if not 1 <= len(positional) <= 2 or named - {"isouter", "full", "onclause"}:
        return None
    if any(argument.expr[0] in {"const", "tuple"} for argument in positional) or is_query(
        positional[0].expr, scope, ctx
    ):
        return None
    # Two relationships were two joins.
    if len(positional) == 2 and joined_class(step, scope, ctx) is None and positional[0].expr[0] == "attr":
        return None
    return step.name + arguments_text(step, ctx), ()


def filtered_by(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    """`filter_by` means the class that was joined last; `select()` of SQLAlchemy 2.1 looks in all of them."""
    joins = [one for one in earlier if one.name in JOINS]
    if not joins:
        if any(one.name in {"select_from", "reset_joinpoint"} for one in earlier):
            return None
        return "filter_by" + arguments_text(step, ctx), ()
    target = joined_class(joins[-1], scope, ctx)
    if target is None or any(argument.name in {"", "*", "**"} for argument in step.arguments):
        return None
    conditions = []
    for argument in step.arguments:
        value = source(argument.value, ctx)
        match argument.expr:
            case ("const", None | True | False):
                conditions.append(f"{target}.{argument.name}.is_({value})")
            case ("const" | "name" | "attr" | "call" | "index", *_):
                conditions.append(f"{target}.{argument.name} == {value}")
            case _:
                conditions.append(f"{target}.{argument.name} == ({value})")
    return f"where({', '.join(conditions)})", ()


def joined_class(step: Step, scope: str, ctx: Context) -> str | None:
    """How the file writes the class that a join leads to."""
    target = step.arguments[0]
    if target.name:
        return None
    if mapped_class(ctx.kind(target.expr, scope), ctx) is not None:
        return source(target.value, ctx)
    match target.expr:
        case ("attr", _, _):
            found = relationship_of(target.expr, scope, ctx)
            if found.target is not None:
                wanted = Kind("class", found.target[1], found.target[0])
                locals_ = (local for local in ctx.outline.module.bindings if ctx.kind(("name", local), scope) == wanted)
                return next(locals_, None)
    return None


def as_option(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    text = OPTIONS[step.name]
    if step.name == "populate_existing":
        return (f"execution_options({text})", ()) if not step.arguments else None
    if len(step.arguments) != 1 or step.arguments[0].name:
        return None
    return f"execution_options({text}={source(step.arguments[0].value, ctx)})", ()


def labelled(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    style = ctx.name("sqlalchemy.LABEL_STYLE_TABLENAME_PLUS_COL", scope)
    return (f"set_label_style({style.code})", style.requests) if style else None


def of_parent(step: Step, earlier: Sequence[Step], scope: str, ctx: Context) -> Converted | None:
    """`with_parent(user, User.posts)`; without the attribute the query looked for one."""
    function = ctx.name("sqlalchemy.orm.with_parent", scope)
    if function is None or len(step.arguments) != 2 or step.arguments[1].expr[0] != "attr":
        return None
    return f"where({function.code}{arguments_text(step, ctx)})", function.requests


CONVERTED: dict[str, Callable[[Step, Sequence[Step], str, Context], Converted | None]] = {
    "join": joined,
    "outerjoin": joined,
    "filter_by": filtered_by,
    **dict.fromkeys(OPTIONS, as_option),
    "with_labels": labelled,
    "apply_labels": labelled,
    "with_parent": of_parent,
}
