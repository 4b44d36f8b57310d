"""What models say of the database: DDL in five dialects, the facts of every column and of every mapper.

Two texts of the same models map the same if `schema` gives the same for both, on the same SQLAlchemy.
`python tests/schema_oracle.py app.models app.users.models …` prints it as JSON for modules that can be
imported from the current folder.
"""

import importlib
import json
import sys
import uuid
import warnings
from pathlib import Path

from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.orm import class_mapper
from sqlalchemy.schema import CreateIndex, CreateTable

DIALECTS = {
    module.__name__.rpartition(".")[2]: module.dialect() for module in (sqlite, postgresql, mysql, mssql, oracle)
}
OF_TYPES = """
    enums name native_enum create_constraint length timezone as_uuid none_as_null asdecimal precision scale collation
    validate_strings item_type impl python_type
"""
OF_COLUMNS = """
    name key nullable primary_key index unique autoincrement comment doc info system default onupdate
    server_default server_onupdate
"""
OF_KEYS = "target_fullname name ondelete onupdate deferrable initially use_alter match"
OF_RELATIONSHIPS = """
    uselist lazy secondary cascade viewonly order_by primaryjoin secondaryjoin remote_side local_columns post_update
    passive_deletes passive_updates single_parent innerjoin back_populates active_history doc info
"""


def load(texts, names, folder):
    """Import modules of a project that is given as texts; every call starts anew. Returns what it brought in."""
    home = folder / uuid.uuid4().hex
    for name, text in texts.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    before = set(sys.modules)
    sys.path.insert(0, str(home))
    importlib.invalidate_caches()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the old spellings warn, which is not what is shown here
            modules = [importlib.import_module(name) for name in names]
            configure(modules)
    finally:
        sys.path.remove(str(home))
        brought = [sys.modules.pop(name) for name in set(sys.modules) - before if is_from(sys.modules[name], home)]
    return [*modules, *(module for module in brought if module not in modules)]


def is_from(module, folder):
    return str(folder) in str(getattr(module, "__file__", ""))


def configure(modules):
    """`configure_mappers()` for these modules only: it would stop at the models of a test that was to fail."""
    for registry in registries(modules):
        registry.configure(cascade=True)


def registries(modules):
    found = {cls for module in modules for cls in list(vars(module).values()) if isinstance(cls, type)}
    return {cls.__mapper__.registry for cls in found if "__mapper__" in vars(cls)}


def mapped_classes(modules):
    """The classes that are mapped where the modules' are, by their names."""
    mappers = {mapper for registry in registries(modules) for mapper in registry.mappers}
    return sorted((mapper.class_ for mapper in mappers), key=name_of)


def name_of(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def schema(modules):
    """All that the database and the mappers know, as plain data."""
    classes = mapped_classes(modules)
    assert classes, "no models"
    found = [table for cls in classes for part in class_mapper(cls).tables for table in part.metadata.tables.values()]
    tables = sorted(dict.fromkeys(found), key=lambda table: (table.fullname, str(table.columns.keys())))
    return {
        "tables": [
            {
                "name": table.fullname,
                "ddl": {name: ddl(table, dialect) for name, dialect in DIALECTS.items()},
                "columns": [of_column(column) for column in table.columns],
                "comment": table.comment,
                "info": repr(table.info),
            }
            for table in tables
        ],
        "mappers": [[name_of(cls), of_mapper(class_mapper(cls))] for cls in classes],
    }


def ddl(table, dialect):
    """CREATE TABLE and CREATE INDEX, or the kind of error where the dialect has no such thing."""
    parts = []
    for clause in (CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))):
        try:
            parts.append(str(clause.compile(dialect=dialect)).strip())
        except Exception as error:  # a type or an option of another dialect's
            parts.append(type(error).__name__)
    return parts


def of_column(column):
    return {
        **{name: told(getattr(column, name)) for name in OF_COLUMNS.split()},
        "type": [repr(column.type), *(f"{name}={of_type(column.type, name)}" for name in OF_TYPES.split())],
        "variants": sorted(f"{name}: {kind!r}" for name, kind in getattr(column.type, "_variant_mapping", {}).items()),
        "foreign_keys": sorted(
            str([told(getattr(key, name)) for name in OF_KEYS.split()]) for key in column.foreign_keys
        ),
        "computed": column.computed is not None and [str(column.computed.sqltext), column.computed.persisted],
        "identity": column.identity is not None and [column.identity.always, column.identity.start],
        "dialects": sorted(f"{name}={value}" for name, value in column.dialect_kwargs.items()),
    }


def of_type(kind, name):
    try:
        return told(getattr(kind, name, None))
    except NotImplementedError:
        return "not said"


def of_mapper(mapper):
    return {
        "columns": {
            prop.key: [
                [str(column) for column in prop.columns],
                prop.deferred,
                prop.group,
                prop.active_history,
                prop.doc,
            ]
            for prop in mapper.column_attrs
        },
        "keys": [str(column) for column in mapper.primary_key],
        "polymorphic": [str(mapper.polymorphic_on), repr(mapper.polymorphic_identity), str(mapper.inherits)],
        "version": str(mapper.version_id_col),
        "others": sorted(f"{type(prop).__name__} {prop.key}" for prop in (*mapper.synonyms, *mapper.composites)),
        "relationships": {prop.key: of_relationship(prop) for prop in mapper.relationships},
    }


def of_relationship(prop):
    collection = prop.collection_class or list
    return {
        **{name: told(getattr(prop, name)) for name in OF_RELATIONSHIPS.split()},
        "target": name_of(prop.mapper.class_),
        "direction": prop.direction.name,
        "collection": prop.uselist and getattr(collection, "__name__", "a function"),
        "reverse": sorted(f"{name_of(other.parent.class_)}.{other.key}" for other in prop._reverse_property),
    }


def told(value):
    """A value as text that is the same in every run."""
    arg = getattr(value, "arg", value)  # what a default or a server default wraps
    if callable(arg):
        return f"function {getattr(arg, '__qualname__', type(arg).__name__)}"
    if isinstance(arg, (set, frozenset)):
        return sorted(map(str, arg))
    if isinstance(arg, (list, tuple)):
        return [told(item) for item in arg]
    text = str(arg) if hasattr(arg, "compile") else repr(arg)
    return type(arg).__name__ if " at 0x" in text else text


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    for module in sys.argv[1:]:
        importlib.import_module(module)
    own = [module for module in list(sys.modules.values()) if is_from(module, Path.cwd())]
    configure(own)
    json.dump(schema(own), sys.stdout, indent=1, sort_keys=True)
