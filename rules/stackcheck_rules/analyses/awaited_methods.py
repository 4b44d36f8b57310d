"""What must be awaited, and what never is, of SQLAlchemy's asyncio classes and of SQLModel's.

Found by introspection of SQLAlchemy 2.1.9 (`sqlalchemy.ext.asyncio`) and SQLModel 0.0.50. `begin`, `connect` and a
connection's `stream` may be awaited or entered by `async with`: they are in neither table.
"""

from __future__ import annotations

from collections.abc import Mapping

from stackcheck_rules.analyses._words import words

OF_SESSION = words("""
    aclose close close_all commit connection delete delete_all execute flush get get_one invalidate merge merge_all
    refresh reset rollback scalar scalars stream stream_scalars
""")
OF_RESULT = words("""
    all close fetchall fetchmany fetchone first freeze one one_or_none scalar scalar_one scalar_one_or_none
""")
OF_SCALARS = OF_RESULT - words("fetchone freeze scalar scalar_one scalar_one_or_none")

AWAITED: Mapping[str, frozenset[str]] = {
    "async-session": OF_SESSION | words("exec run_sync"),  # `exec` is SQLModel's
    "async-session-registry": OF_SESSION | {"remove"},
    "async-connection": words("""
        aclose close commit exec_driver_sql execute execution_options get_isolation_level get_raw_connection
        invalidate rollback run_sync scalar scalars start
    """),
    "async-transaction": words("close commit rollback start"),
    "async-engine": words("dispose raw_connection"),
    "async-result": OF_RESULT,
    "async-scalar-result": OF_SCALARS,
    "async-mapping-result": OF_SCALARS | {"fetchone"},
}

STATE_OF_SESSION = words("""
    add add_all expire expire_all expunge expunge_all get_bind identity_key is_modified object_session
""")
REFINING = words("columns mappings scalars tuples unique yield_per")
FETCHING = words("""
    all fetchall fetchmany fetchone first keys one one_or_none partitions scalar scalar_one scalar_one_or_none
""")

NEVER_AWAITED: Mapping[str, frozenset[str]] = {
    "async-session": STATE_OF_SESSION
    | words("get_nested_transaction get_transaction in_nested_transaction in_transaction"),
    "async-session-registry": STATE_OF_SESSION | {"configure"},
    "async-connection": words("get_nested_transaction get_transaction in_nested_transaction in_transaction"),
    "async-engine": words("clear_compiled_cache execution_options get_execution_options update_execution_options"),
    "async-result": REFINING | {"keys"},
    "async-scalar-result": words("unique yield_per"),
    "async-mapping-result": words("columns keys unique yield_per"),
    "result": REFINING | FETCHING,
    "scalar-result": REFINING | FETCHING,
    "mapping-result": REFINING | FETCHING,
}

# Those that take nothing: a call with an argument is of something else.
WITHOUT_ARGUMENTS = words("""
    aclose all close close_all commit dispose fetchall fetchone first freeze one one_or_none raw_connection
    remove reset rollback scalar_one scalar_one_or_none start get_raw_connection get_isolation_level
""")
# Those that take an object or a class first: a call with a literal is of a dictionary, a file or a client.
OF_OBJECTS = words("delete delete_all get get_one merge merge_all refresh run_sync")
