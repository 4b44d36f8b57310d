"""A query with all that is known of it, and what it is to become: values between the modules of the fix."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Applicability, Context, ImportRequest, Span
from stackcheck_rules.analyses._call_facts import Argument
from stackcheck_rules.analyses.query_chains import QueryChain, Step
from stackcheck_rules.sqlalchemy._call_edits import source
from stackcheck_rules.sqlalchemy._query_entities import Form
from stackcheck_rules.sqlalchemy._query_steps import Part, Statement
from stackcheck_rules.sqlalchemy._query_text import Wrapper


class Query(NamedTuple):
    """A chain with what is known of it.

    `entities` are what it gives, `code` is what `query` was called with; `unique` is whether rows must be made so.
    `partial` is whether it goes on from a name that holds the rest.
    """

    chain: QueryChain
    form: Form
    entities: tuple[Argument, ...]
    unique: bool
    session: str
    code: str
    statement: Statement
    partial: bool = False


class Rewrite(NamedTuple):
    """A statement inside wrappers, the innermost of which is a call of the session where `waits`."""

    wrappers: tuple[Wrapper, ...]
    statement: Statement
    name: str
    waits: bool = True
    imports: tuple[ImportRequest, ...] = ()
    safety: Applicability = "safe"


def call(query: Query, method: str, after: str = "") -> Wrapper:
    """`session.method(` and what follows its parenthesis."""
    return Wrapper(f"{query.session}.{method}(", f"){after}", session=True)


def rows(query: Query, tail: str) -> Rewrite:
    """The objects of a query of one class, the rows of any other."""
    method = "scalars" if query.form == "entity" else "execute"
    return Rewrite((call(query, method, f"{'.unique()' if query.unique else ''}{tail}"),), query.statement, "select")


def with_part(statement: Statement, code: str) -> Statement:
    """A statement with one more part, on a line of its own where the last one is."""
    gap = statement.parts[-1].gap if statement.parts else ""
    return statement._replace(parts=(*statement.parts, Part("" if "#" in gap else gap, code)))


def has_no_arguments(query: Query) -> bool:
    return query.chain.last is None or not query.chain.last.arguments


def inside(step: Step, ctx: Context) -> str:
    """The text between the parentheses of a call."""
    text = source(Span(*step.at[2:], *step.whole[2:]), ctx)
    return text[text.index("(") + 1 : -1].strip().rstrip(",")
