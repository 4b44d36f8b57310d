"""What the rules of this family share: which of them a read that fails belongs to, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Place, Related
from stackcheck_rules.analyses._loading_reads import Fault
from stackcheck_rules.analyses.async_projects import async_projects
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.loading import loading
from stackcheck_rules.analyses.orm_classes import orm_classes

REQUIRED = (KINDS, orm_classes, database_makers, async_projects, loading)
BY_REASON = {
    "unset": "STK505",
    "dropped": "STK509",
    "ignored": "STK513",
    "stale": "STK504",
    "deferred": "STK508",
    "left out": "STK508",
    "expired": "STK503",
    "closed": "STK510",
}
BY_FORM = {"read": "STK501", "change": "STK506", "set": "STK506"}
QUERY = "that takes a query, which fails with `MissingGreenlet` under asyncio"
LONGEST = 40  # of an expression in a message
MADE = {"select": "the `select` that loads it", "get": "the `get` that loads it", "new": "it is made here"}


def faults(code: str, function: str, ctx: Context) -> Iterator[Fault]:
    """The reads in a function of the file at hand that a rule reports."""
    for fault in ctx.fact(loading, (ctx.file, function)) or ():
        if code == ("STK511" if fault.inside else BY_REASON.get(fault.reason) or BY_FORM.get(fault.how, "STK502")):
            yield fault


def said(fault: Fault) -> str:
    """`user.posts` as it is written, or by the class where that is too long."""
    short = fault.text and len(fault.text) <= LONGEST and "\n" not in fault.text and not is_schema(fault)
    return f"{fault.text}.{fault.name}" if short else f"{short_name(fault.owner)}.{fault.name}"


def reader(fault: Fault) -> str:
    """Who reads it, at the head of a sentence."""
    return f"`{short_name(fault.how)}` reads `{said(fault)}`" if is_schema(fault) else f"`{said(fault)}` is read"


def is_schema(fault: Fault) -> bool:
    return fault.how not in BY_FORM


def short_name(qualname: str) -> str:
    return qualname.rpartition(".")[2]


def option(fault: Fault) -> str:
    """`selectinload(User.posts)`, with the options that lead there."""
    return f"{loader(fault)}({short_name(fault.owner)}.{fault.name})"


def loader(fault: Fault) -> str:
    return "selectinload" if fault.many else "joinedload"


def failure(fault: Fault) -> str:
    """What comes of reading what is not loaded."""
    if fault.reason == "raising":
        return 'its `lazy="raise"` makes that an `InvalidRequestError`'
    if fault.many or fault.reason != "lazy":
        return QUERY
    return f"unless the session has that object already, {QUERY}"


def places(fault: Fault, ctx: Context) -> tuple[Related, ...]:
    """Where the object comes from, and what changed it since."""
    found = []
    if fault.site.form in MADE:
        path = ctx.path if fault.site.file == ctx.file else ctx.of(fault.site.file).path
        found.append(Related(Place(path, fault.site.span), MADE[fault.site.form]))
    if fault.event is not None and fault.reason in {"expired", "stale", "dropped"}:
        path = ctx.path if fault.event.file == ctx.file else ctx.of(fault.event.file).path
        found.append(Related(Place(path, fault.event.span), f"`{fault.event.name}` here"))
    return tuple(found)
