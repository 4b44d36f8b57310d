"""A local name that holds a query, as one that holds a `select()`: every statement that uses it is written anew."""

from __future__ import annotations

from collections.abc import Sequence

from stackcheck import Context, Fix, Kind
from stackcheck_rules.analyses.query_chains import QueryChain
from stackcheck_rules.analyses.query_variables import QueryVariable
from stackcheck_rules.sqlalchemy._query_ends import itself
from stackcheck_rules.sqlalchemy._query_entities import JOINS, Form, needs_unique
from stackcheck_rules.sqlalchemy._query_fix import edit_of, imports_of, query_of, rewrite_of
from stackcheck_rules.sqlalchemy._query_steps import parts_of

# What changes the entities, or is not known to do nothing to them.
CHANGING = {"with_entities", "add_columns", "add_column", "add_entity", "from_statement", "select_from"}


def variable_fix(variable: QueryVariable, roots: Sequence[QueryChain], session: Kind, ctx: Context) -> Fix | None:
    """The statements of a function that use a query by its name, each with a `select()`; None where one cannot be."""
    queries = [query_of(root, ctx) for root in roots]
    steps = [step for chain in (*roots, *variable.uses) for step in chain.steps]
    names = {step.name for step in steps}
    known = [query for query in queries if query is not None]
    if not variable.whole or len(known) < max(len(queries), len(variable.roots)) or names & CHANGING:
        return None
    if names & JOINS and "filter_by" in names:
        return None  # which class `filter_by` means depends on what was joined before it
    if len({(query.form, query.session) for query in known}) != 1:
        return None
    form: Form = known[0].form
    unique = any(needs_unique(form, query.entities, steps, variable.scope, ctx) for query in known)
    rewrites = [(query, itself(query, ctx)) for query in known]
    for chain in variable.uses:
        parts = parts_of(chain.steps, chain.query.whole, variable.scope, ctx)
        if parts is None:
            return None
        query = known[0]._replace(
            chain=chain, unique=unique, statement=parts._replace(head=variable.name), partial=True
        )
        assigned = not chain.end and chain.around != "for"
        rewrites.append((query, itself(query, ctx) if assigned else rewrite_of(query, session, ctx)))
    made = [(query, rewrite) for query, rewrite in rewrites if rewrite is not None]
    if len(made) < len(rewrites):
        return None
    edits = tuple(edit_of(query, rewrite, ctx) for query, rewrite in made)
    changed = tuple(edit for edit in edits if ctx.text[edit.start : edit.end] != edit.new)
    return Fix(changed, f"Hold a `select()` in `{variable.name}`", imports_of(*(one for _, one in made)), "unsafe")
