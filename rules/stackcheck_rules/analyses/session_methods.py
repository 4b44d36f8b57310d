"""Methods of sessions and connections: which wait for the database, and which there are at all.

Sources: SQLAlchemy 2.1's API pages of Session, Connection and AsyncSession, SQLModel's Session, PEP 249.
"""

from __future__ import annotations

# `add` only notes an object; `query` is nearly always run in the same expression.
IO_METHODS = frozenset(
    {
        "begin", "begin_nested", "bulk_insert_mappings", "bulk_save_objects", "bulk_update_mappings", "close",
        "commit", "connection", "delete", "delete_all", "exec", "execute", "flush", "get", "get_one", "merge",
        "merge_all", "prepare", "query", "refresh", "remove", "reset", "rollback", "scalar", "scalars",
    }
)  # fmt: skip
METHODS = IO_METHODS | {
    "__enter__", "__aenter__", "add", "add_all", "callproc", "cursor", "exec_driver_sql", "executemany",
    "executescript", "expire", "expire_all", "expunge", "expunge_all", "fetchall", "fetchmany", "fetchone",
    "in_transaction", "invalidate", "run_sync", "stream", "stream_scalars",
}  # fmt: skip
