"""Names of SQLAlchemy 1.x for which 2.x has no other name, each with what is used instead.

Checked by importing each under 1.3.24, 1.4.54, 2.0.58 and 2.1.9.
"""

from __future__ import annotations

EXTENSIONS = ("AttributeExtension", "MapperExtension", "SessionExtension")

# Name -> what to use instead, empty where nothing is needed.
REMOVED = {
    **{f"sqlalchemy.orm.{home}{name}": "events" for home in ("", "interfaces.") for name in EXTENSIONS},
    "sqlalchemy.orm.session.SessionExtension": "events",
    **{
        f"sqlalchemy.orm.{home}{name}_all": f"a chain of `{name}()`"
        for home in ("", "strategy_options.")
        for name in ("joinedload", "lazyload", "selectinload", "subqueryload")
    },
    "sqlalchemy.orm.eagerload_all": "a chain of `joinedload()`",
    "sqlalchemy.orm.comparable_property": "a hybrid property with a comparator",
    **{
        f"sqlalchemy.ext.{home}.{name}": instead
        for home in ("declarative", "declarative.api")
        for name, instead in {
            "comparable_using": "a hybrid property with a comparator",
            "instrument_declarative": "`registry.map_declaratively()`",
        }.items()
    },
    "sqlalchemy.dialects.firebird": "the package `sqlalchemy-firebird`",
    "sqlalchemy.dialects.mysql.MSBigInteger": "`BIGINT`",
    "sqlalchemy.dialects.sybase": "the package `sqlalchemy-sybase`",
    "sqlalchemy.exc.RemovedIn20Warning": "",
    "sqlalchemy.ext.asyncio.AsyncConnectionEvents": "events of the `sync_engine`",
    "sqlalchemy.ext.asyncio.AsyncSessionEvents": "events of the `sync_session`",
    "sqlalchemy.ext.baked": "plain statements, which are cached as well",
    "sqlalchemy.interfaces": "events",
    "sqlalchemy.orm.contains_alias": "",
    "sqlalchemy.orm.evaluator.EvaluatorCompiler": "",
    "sqlalchemy.pool.clear_managers": "`create_engine()`",
    "sqlalchemy.pool.manage": "`create_engine()`",
}

# Modules with all that is in them.
GONE_MODULES = frozenset(
    {"sqlalchemy.ext.baked", "sqlalchemy.ext.declarative.base", "sqlalchemy.ext.declarative.clsregistry",
     "sqlalchemy.interfaces"}
)  # fmt: skip

# Still there under 2.x, without use or not for others.
FADING = {
    "sqlalchemy.ext.baked": "is not needed any more",
    "sqlalchemy.orm.contains_alias": "does nothing",
    "sqlalchemy.orm.evaluator.EvaluatorCompiler": "is private in SQLAlchemy 2",
}

# What 1.4 still needs.
LATER = {"sqlalchemy.exc.RemovedIn20Warning", "sqlalchemy.orm.evaluator.EvaluatorCompiler"}
