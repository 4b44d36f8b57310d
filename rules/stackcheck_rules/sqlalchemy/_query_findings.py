"""Findings at chains of `session.query(…)` that end in some way."""

from __future__ import annotations

from collections.abc import Iterator, Set

from stackcheck import Context, Finding
from stackcheck_rules.analyses.query_chains import QueryChain
from stackcheck_rules.sqlalchemy._query_fix import fix_of, is_asynchronous, session_kind


def findings(chain: QueryChain, ends: Set[str], instead: str, ctx: Context) -> Iterator[Finding]:
    """The finding of a chain that ends in one of some ways; `instead` says what to write."""
    if chain.end not in ends:
        return
    session = session_kind(chain, ctx)
    if session is None:
        return
    written = f"query(…).{chain.end}" if chain.end.isidentifier() else f"query(…){chain.end}"
    if is_asynchronous(session):
        message = f"an async session has no `query`; use {instead}"
    else:
        message = f"`{written}` is 1.x style; use {instead}"
    yield Finding(chain.whole, message, fix_of(chain, session, ctx))
