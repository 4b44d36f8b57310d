"""Writes on connections that one function opens and closes, and that nothing commits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Expr, Kind
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses.database_calls import database_calls
from stackcheck_rules.analyses.isolation_levels import ANYWHERE, isolation_levels
from stackcheck_rules.analyses.opened_connections import Executed, OpenedConnection
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS
from stackcheck_rules.sqlalchemy._receivers import receivers
from stackcheck_rules.sqlalchemy._url_texts import url_text

ENGINES = {"engine", "async-engine"}
WRITES = {"delete", "insert", "update"}
# What SQLAlchemy 1.4 committed after: `AUTOCOMMIT_REGEXP` in `engine/default.py` and in PostgreSQL's dialect.
WRITING = re.compile(r"(?:UPDATE|INSERT|DELETE)\b", re.IGNORECASE)
OF_POSTGRESQL = re.compile(
    r"(?:CREATE (?:EXTENSION|TYPE)|GRANT|REVOKE|IMPORT FOREIGN SCHEMA|REFRESH MATERIALIZED VIEW)\b", re.IGNORECASE
)
DDL = re.compile(r"(?:CREATE|DROP|ALTER|TRUNCATE)\b(?! (?:DATABASE|SYSTEM)\b)", re.IGNORECASE)
# Databases that take DDL back. Oracle and MySQL commit it, and Python's sqlite3 opens no transaction for it.
WITH_DDL = ("postgresql", "mssql")
CONTROL = re.compile(r"(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|START|VACUUM|ATTACH)\b", re.IGNORECASE)
# Arguments of `create_engine` by which connections may commit by themselves.
COMMITTING = {"", "connect_args", "creator", "execution_options", "isolation_level", "module", "pool"}


def writes_of(connection: OpenedConnection, ctx: Context) -> Iterator[Executed]:
    """What is written on a connection, if all of that is rolled back in the end."""
    opened = next((one for one in ctx.facts(database_calls) if one.whole == connection.opened), None)
    if opened is None or not is_transactional(opened, ctx):
        return
    if any(CONTROL.match(one.sql) for one in connection.executed):
        return
    takes_ddl = url_text(opened.receiver, opened.scope, ctx).startswith(WITH_DDL)
    for one in connection.executed:
        if is_write(one.statement, one.sql, connection.scope, ctx, takes_ddl):
            yield one


def is_transactional(opened: Call, ctx: Context) -> bool:
    """Whether `engine.connect()` gives a connection that commits only when told to."""
    if not receivers(opened, ENGINES, ctx):
        return False
    if not ctx.fact(isolation_levels, ANYWHERE):
        return True
    maker = maker_of(opened.receiver, opened.scope, ctx)
    return maker is not None and not {name for name, _ in maker[3]} & COMMITTING


def maker_of(engine: Expr, scope: str, ctx: Context) -> Expr | None:
    """The call that made an engine, if that is all that its name is bound to."""
    if engine[0] == "call" and ctx.symbol(engine[1], scope) in ENGINE_MAKERS:
        return engine
    source = ctx.source_of(engine, scope)
    bound = ctx.bindings(Kind("module", "", source[0]), source[1]) if source is not None else ()
    match bound:
        case (("call", function, *_) as made,) if source and ctx.symbol(function, "", source[0]) in ENGINE_MAKERS:
            return made
    return None


def is_write(statement: Expr, sql: str, scope: str, ctx: Context, takes_ddl: bool) -> bool:
    """Whether a statement is known to write; `sql` is what its text begins with."""
    word = ctx.kind(statement, scope).word
    if word in WRITES or (word == "ddl" and takes_ddl):
        return True
    match statement:
        case ("call", function, *_) if ctx.symbol(function, scope) != "sqlalchemy.text":
            return False
    return bool(WRITING.match(sql) or OF_POSTGRESQL.match(sql) or (takes_ddl and DDL.match(sql)))
