"""Names of SQLAlchemy 1.x that have another home or another name now, and those that have none.

Checked by importing each under 1.4.54, 2.0.58 and 2.1.9; what 1.4 had lost already is from its changelogs.
Sources: https://docs.sqlalchemy.org/en/20/changelog/migration_20.html and whatsnew_20.html.
"""

from __future__ import annotations

DECLARATIVE = "DeclarativeMeta as_declarative declarative_base declared_attr has_inherited_table synonym_for"

MOVED = {
    **{
        f"sqlalchemy.ext.{home}.{name}": f"sqlalchemy.orm.{name}"
        for home in ("declarative", "declarative.api")
        for name in DECLARATIVE.split()
    },
    **{
        f"sqlalchemy.ext.declarative.api.{name}": f"sqlalchemy.ext.declarative.{name}"
        for name in ("AbstractConcreteBase", "ConcreteBase", "DeferredReflection")
    },
    **{f"sqlalchemy.future.{name}": f"sqlalchemy.{name}" for name in ("Connection", "Engine", "Select")},
    "sqlalchemy.future.create_engine": "sqlalchemy.create_engine",
    "sqlalchemy.future.select": "sqlalchemy.select",
    "sqlalchemy.orm.compile_mappers": "sqlalchemy.orm.configure_mappers",
    "sqlalchemy.orm.eagerload": "sqlalchemy.orm.joinedload",
    "sqlalchemy.orm.relation": "sqlalchemy.orm.relationship",
    "sqlalchemy.Binary": "sqlalchemy.LargeBinary",
    "sqlalchemy.types.Binary": "sqlalchemy.types.LargeBinary",
    **{f"sqlalchemy.{home}PassiveDefault": f"sqlalchemy.{home}DefaultClause" for home in ("", "schema.")},
    # What modules of the ORM and of Core had only because they imported it.
    **{f"sqlalchemy.orm.query.{name}": f"sqlalchemy.orm.{name}" for name in ("Bundle", "aliased", "with_polymorphic")},
    **{
        f"sqlalchemy.orm.util.{name}": f"sqlalchemy.orm.{name}"
        for name in ("aliased", "join", "outerjoin", "with_polymorphic")
    },
    "sqlalchemy.orm.mapper.class_mapper": "sqlalchemy.orm.class_mapper",
    "sqlalchemy.orm.strategy_options.PropComparator": "sqlalchemy.orm.PropComparator",
    **{f"sqlalchemy.sql.elements.{name}": f"sqlalchemy.{name}" for name in ("between", "collate", "not_", "outparam")},
    # Dictionaries of related objects.
    **{
        f"sqlalchemy.orm.{home}{old}": f"sqlalchemy.orm.{new}"
        for home in ("", "collections.")
        for old, new in {
            "MappedCollection": "KeyFuncDict",
            "attribute_mapped_collection": "attribute_keyed_dict",
            "column_mapped_collection": "column_keyed_dict",
            "mapped_collection": "keyfunc_mapping",
        }.items()
    },
    # Mappings of a mapper, as `mapper.relationships`.
    **{
        f"sqlalchemy.util.{home}Immutable{name}": f"sqlalchemy.util.ReadOnly{name}"
        for home in ("", "_collections.")
        for name in ("Container", "Properties")
    },
    # Rows and results.
    **{f"sqlalchemy.engine.{home}{name}": "sqlalchemy.engine.Row" for home, name in (
        ("", "LegacyRow"), ("row.", "LegacyRow"), ("", "RowProxy"), ("result.", "RowProxy"), ("base.", "RowProxy"),
    )},
    "sqlalchemy.util.KeyedTuple": "sqlalchemy.engine.Row",
    **{f"sqlalchemy.engine.{home}{name}": "sqlalchemy.engine.CursorResult" for home, name in (
        ("", "LegacyCursorResult"), ("cursor.", "LegacyCursorResult"), ("", "ResultProxy"), ("base.", "ResultProxy"),
        ("cursor.", "ResultProxy"), ("result.", "ResultProxy"),
    )},
}  # fmt: skip

# Modules under another name, with all that is in them.
MOVED_MODULES = {
    "sqlalchemy.databases": "sqlalchemy.dialects",
    "sqlalchemy.dialects.postgres": "sqlalchemy.dialects.postgresql",
    "sqlalchemy.exceptions": "sqlalchemy.exc",
}
MOVED |= MOVED_MODULES

# What the new names came with, where that is later than 1.4.
LATER = ("KeyFuncDict", "ReadOnlyContainer", "ReadOnlyProperties", "attribute_keyed_dict", "column_keyed_dict",
         "keyfunc_mapping")  # fmt: skip
SINCE = {old: "2.0" for old, new in MOVED.items() if old.startswith("sqlalchemy.future.") or new.endswith(LATER)}

# The new name is that of another class, or of a module with other contents.
UNSAFE = {"sqlalchemy.databases", "sqlalchemy.engine.CursorResult", "sqlalchemy.engine.Row"}
