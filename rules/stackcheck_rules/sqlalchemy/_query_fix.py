"""`session.query(…)` as a `select()` that the session executes."""

from __future__ import annotations

from stackcheck import Applicability, Context, Fix, ImportRequest, Kind, TextEdit
from stackcheck_rules.analyses._orm_kinds import ASYNC_REGISTRY
from stackcheck_rules.analyses.query_chains import QueryChain
from stackcheck_rules.analyses.query_hooks import HOOKED, query_hooks
from stackcheck_rules.sqlalchemy._call_edits import extent, source
from stackcheck_rules.sqlalchemy._query import Query, Rewrite, inside
from stackcheck_rules.sqlalchemy._query_ends import REWRITES
from stackcheck_rules.sqlalchemy._query_entities import form_of, needs_unique
from stackcheck_rules.sqlalchemy._query_steps import statement_of
from stackcheck_rules.sqlalchemy._query_text import Wrapper, rewritten

SYNC, ASYNC = {"session", "session-registry"}, {"async-session"}


def session_kind(chain: QueryChain, ctx: Context) -> Kind | None:
    """The kind of what `query` is called on, if that is a session."""
    kind = ctx.kind(chain.session, chain.scope)
    return kind if kind.word in SYNC | ASYNC else None


def fix_of(chain: QueryChain, session: Kind, ctx: Context) -> Fix | None:
    """The chain as a `select()` that the session executes; None where it cannot be the same."""
    query = query_of(chain, ctx)
    made = rewrite_of(query, session, ctx) if query else None
    if query is None or made is None:
        return None
    alike = session.certain and not ctx.fact(query_hooks, HOOKED)
    safety: Applicability = made.safety if alike else "unsafe"
    return Fix((edit_of(query, made, ctx),), f"Use `{made.name}`", imports_of(made), safety)


def rewrite_of(query: Query, session: Kind, ctx: Context) -> Rewrite | None:
    """What a query becomes on its session, which may have to be waited for."""
    chain = query.chain
    rewrite = REWRITES[chain.end](query, ctx) if chain.end in REWRITES else None
    if rewrite is None or session.symbol.startswith("sqlmodel"):
        return None
    waits = rewrite.waits and is_asynchronous(session)
    if (waits and not can_wait(chain, ctx)) or (chain.awaited and not waits):
        return None
    if not waits:
        return rewrite
    return rewrite._replace(
        wrappers=tuple(awaited(one, chain, ctx) if one.session else one for one in rewrite.wrappers)
    )


def edit_of(query: Query, rewrite: Rewrite, ctx: Context) -> TextEdit:
    return rewritten(query.chain.whole, rewrite.wrappers, rewrite.statement.head, rewrite.statement.parts, ctx)


def imports_of(*rewrites: Rewrite) -> tuple[ImportRequest, ...]:
    wanted = (request for one in rewrites for request in (*one.statement.imports, *one.imports))
    return tuple(dict.fromkeys(wanted))


def is_asynchronous(session: Kind) -> bool:
    if session.word == "session-registry":
        return session.symbol == ASYNC_REGISTRY or any(one.word in ASYNC for one in session.args)
    return session.word in ASYNC


def awaited(wrapper: Wrapper, chain: QueryChain, ctx: Context) -> Wrapper:
    """`(await session.scalars(…)).all()`: what follows the call follows what was waited for."""
    follows = wrapper.closing != ")" or ctx.text[extent(chain.whole, ctx).end :][:1] in {".", "[", "("}
    if not follows:
        return wrapper._replace(opening=f"await {wrapper.opening}")
    return wrapper._replace(opening=f"(await {wrapper.opening}", closing=f"){wrapper.closing}")


def can_wait(chain: QueryChain, ctx: Context) -> bool:
    """Whether `await` may stand there; rows in parts need `stream()` besides."""
    scope = ctx.outline.scopes.get(chain.scope)
    in_parts = any(step.name == "yield_per" for step in chain.steps)
    return scope is not None and scope.is_async and chain.movable and not in_parts


def query_of(chain: QueryChain, ctx: Context) -> Query | None:
    arguments = chain.query.arguments
    entities, steps = arguments, chain.steps
    for position, step in enumerate(steps):
        if step.name in {"with_entities", "add_columns", "add_column", "add_entity"}:
            entities = step.arguments if step.name == "with_entities" else (*entities, *step.arguments)
            if any(one.name in {"join", "outerjoin", "filter_by"} for one in steps[position + 1 :]):
                return None  # what they mean depends on the entities
    form = form_of(entities, chain.scope, ctx)
    if form == "unknown" or form_of(arguments, chain.scope, ctx) == "unknown":
        return None
    code = inside(chain.query, ctx)
    statement = statement_of(code, steps, chain.query.whole, chain.scope, ctx)
    if statement is None:
        return None
    unique = needs_unique(form, entities, steps, chain.scope, ctx)
    return Query(chain, form, entities, unique, source(chain.owner, ctx), code, statement)
