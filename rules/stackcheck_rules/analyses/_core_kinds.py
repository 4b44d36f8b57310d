"""What SQLAlchemy's Core gives the table of kinds: statements, tables, column types.

Sources: the API pages of SQLAlchemy 2.1 (core/selectable, core/dml, core/metadata, core/type_basics).
"""

from __future__ import annotations

from collections.abc import Callable

from stackcheck import Arguments, Kind
from stackcheck_rules.analyses._result_kinds import itself
from stackcheck_rules.analyses._words import words

Method = Callable[[Kind, Arguments], Kind]

# Classes of column types that a star import of SQLAlchemy brings, besides what calls and instances name.
SQL_TYPES = words("""
    ARRAY BIGINT BINARY BLOB BOOLEAN BigInteger Boolean CHAR CLOB Computed DATE DATETIME DECIMAL DOUBLE
    DOUBLE_PRECISION Date DateTime Double Enum FLOAT Float ForeignKey INT INTEGER Identity Integer Interval JSON
    LargeBinary NCHAR NUMERIC NVARCHAR Numeric PickleType REAL SMALLINT Sequence SmallInteger String TEXT TIME
    TIMESTAMP Text Time TypeDecorator UUID Unicode UnicodeText Uuid VARBINARY VARCHAR
""")
SELECT = "sqlalchemy.Select"
# Methods of a select that give another select of the same entities.
REFINING = words("""
    correlate correlate_except distinct execution_options filter filter_by from_statement group_by having join
    join_from limit fetch offset options order_by outerjoin outerjoin_from params prefix_with select_from
    set_label_style slice suffix_with where with_for_update with_hint with_statement_hint apply_labels
""")
CHANGING = words("add_columns column with_only_columns reduce_columns")
# Methods of `insert()`, `update()` and `delete()` that give the statement again.
OF_DML = words("""
    execution_options from_select inline ordered_values options params prefix_with return_defaults returning values
    where with_dialect_options with_hint on_conflict_do_update on_conflict_do_nothing on_duplicate_key_update
""")


# Statements that make and drop things.
DDL = words("DDL schema.CreateTable schema.DropTable schema.CreateIndex schema.DropIndex schema.CreateSequence")
SETS = words("union union_all intersect intersect_all except_ except_all")
COMPOUND = Kind("compound", "sqlalchemy.CompoundSelect")
COLUMNS = Kind("columns", "sqlalchemy.ColumnCollection")


def selected(called: Kind, arguments: Arguments) -> Kind:
    """`select(User)`; of several entities, or of what is no class, nothing is known of the scalars."""
    entity = arguments.positional(0)
    one = arguments.count == 1 and entity.word == "class"
    return Kind("select", SELECT, args=(entity,) if one else ())


def changed(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver._replace(args=())


INSTANCES = {
    SELECT: "select",
    "sqlalchemy.Insert": "insert",
    "sqlalchemy.Update": "update",
    "sqlalchemy.Delete": "delete",
    "sqlalchemy.TextClause": "text",
    "sqlalchemy.Table": "table",
    "sqlalchemy.MetaData": "metadata",
    "sqlalchemy.Subquery": "subquery",
    "sqlalchemy.Join": "join",
    "sqlalchemy.Alias": "alias",
    "sqlalchemy.CTE": "cte",
    "sqlalchemy.CompoundSelect": "compound",
    "sqlalchemy.Exists": "exists",
    "sqlalchemy.ScalarSelect": "scalar-select",
    "sqlalchemy.Sequence": "sequence",
    "sqlalchemy.Index": "index",
    **{f"sqlalchemy.{name}": "ddl" for name in DDL},
}
BASES: dict[str, tuple[str, ...]] = {
    "sqlalchemy.Column": (),
    **{f"sqlalchemy.{name}": () for name in SQL_TYPES},
}
# Names that stand in several modules; `sqlalchemy` itself is how they are documented.
STATEMENTS = """
    select insert update delete text case cast func and_ or_ not_ exists union union_all intersect except_ literal
    literal_column column table bindparam distinct extract desc asc null true false tuple_ type_coerce alias join
    outerjoin subquery lateral any_ all_ between collate nulls_first nulls_last nullsfirst nullslast over within_group
    Select Insert Update Delete TextClause Subquery Join Alias CTE Executable
    intersect_all except_all CompoundSelect Exists ScalarSelect
"""
SCHEMA = (
    "Table MetaData ForeignKey ForeignKeyConstraint PrimaryKeyConstraint UniqueConstraint CheckConstraint Index "
    "Sequence Identity Computed DDL Column"
)
ALIASES = {
    **{f"sqlalchemy.sql.{name}": f"sqlalchemy.{name}" for name in words(STATEMENTS)},
    **{f"sqlalchemy.sql.expression.{name}": f"sqlalchemy.{name}" for name in words(STATEMENTS)},
    **{f"sqlalchemy.sql.selectable.{name}": f"sqlalchemy.{name}" for name in words("Select Subquery Join Alias CTE")},
    **{
        f"sqlalchemy.sql.selectable.{name}": f"sqlalchemy.{name}"
        for name in words("CompoundSelect Exists ScalarSelect")
    },
    **{f"sqlalchemy.sql.ddl.{name.rpartition('.')[2]}": f"sqlalchemy.{name}" for name in DDL},
    **{f"sqlalchemy.sql.dml.{name}": f"sqlalchemy.{name}" for name in words("Insert Update Delete")},
    "sqlalchemy.sql.elements.TextClause": "sqlalchemy.TextClause",
    "sqlalchemy.future.select": "sqlalchemy.select",
    "sqlalchemy.future.Select": SELECT,
    **{f"sqlalchemy.schema.{name}": f"sqlalchemy.{name}" for name in words(SCHEMA)},
    **{f"sqlalchemy.sql.schema.{name}": f"sqlalchemy.{name}" for name in words(SCHEMA)},
    **{f"sqlalchemy.types.{name}": f"sqlalchemy.{name}" for name in SQL_TYPES},
    **{f"sqlalchemy.sql.sqltypes.{name}": f"sqlalchemy.{name}" for name in SQL_TYPES},
    "sqlmodel.Column": "sqlalchemy.Column",
}
CALLS: dict[str, Kind | Method] = {
    "sqlalchemy.select": selected,
    "sqlmodel.select": selected,
    "sqlalchemy.insert": Kind("insert", "sqlalchemy.Insert"),
    "sqlalchemy.update": Kind("update", "sqlalchemy.Update"),
    "sqlalchemy.delete": Kind("delete", "sqlalchemy.Delete"),
    "sqlalchemy.text": Kind("text", "sqlalchemy.TextClause"),
    **{
        f"sqlalchemy.dialects.{dialect}.insert": Kind("insert", "sqlalchemy.Insert")
        for dialect in ("postgresql", "mysql", "sqlite")
    },
    "sqlalchemy.join": Kind("join", "sqlalchemy.Join"),
    "sqlalchemy.outerjoin": Kind("join", "sqlalchemy.Join"),
    **{f"sqlalchemy.{name}": COMPOUND for name in SETS},
    "sqlalchemy.alias": Kind("alias", "sqlalchemy.Alias"),
    "sqlalchemy.exists": Kind("exists", "sqlalchemy.Exists"),
}
METHODS: dict[str, Kind | Method] = {
    **{f"select.{name}": itself for name in REFINING},
    **{f"select.{name}": changed for name in CHANGING},
    **{f"{word}.subquery": Kind("subquery", "sqlalchemy.Subquery") for word in ("select", "query")},
    **{f"{word}.{name}": itself for word in ("insert", "update", "delete") for name in OF_DML},
    "table.select": Kind("select", SELECT),
    "table.insert": Kind("insert", "sqlalchemy.Insert"),
    "table.update": Kind("update", "sqlalchemy.Update"),
    "table.delete": Kind("delete", "sqlalchemy.Delete"),
    "table.join": Kind("join", "sqlalchemy.Join"),
    "table.outerjoin": Kind("join", "sqlalchemy.Join"),
    "join.join": itself,
    "join.outerjoin": itself,
    "join.select": Kind("select", SELECT),
    "text.bindparams": itself,
    **{f"compound.{name}": itself for name in REFINING},
    **{f"{word}.{name}": COMPOUND for word in ("select", "compound") for name in SETS},
    **{f"{word}.alias": Kind("subquery", "sqlalchemy.Subquery") for word in ("select", "compound")},
    **{f"{word}.cte": Kind("cte", "sqlalchemy.CTE") for word in ("select", "compound", "query")},
    **{f"{word}.exists": Kind("exists", "sqlalchemy.Exists") for word in ("select", "compound")},
    **{
        f"{word}.{name}": Kind("scalar-select", "sqlalchemy.ScalarSelect")
        for word in ("select", "compound", "query")
        for name in ("as_scalar", "scalar_subquery")
    },
    **{f"{word}.alias": Kind("alias", "sqlalchemy.Alias") for word in ("table", "alias", "subquery", "cte")},
    **{
        f"{word}.select": Kind("select", SELECT)
        for word in ("alias", "subquery", "cte", "exists", "select", "compound")
    },
    **{
        f"{word}.{name}": Kind("join", "sqlalchemy.Join")
        for word in ("alias", "subquery", "cte")
        for name in ("join", "outerjoin")
    },
    **{f"exists.{name}": itself for name in ("where", "select_from", "correlate", "correlate_except")},
    **{f"table.{name}": itself for name in ("tometadata", "to_metadata")},
    "compound.subquery": Kind("subquery", "sqlalchemy.Subquery"),
    "columns.__iter__": Kind("instance", "sqlalchemy.Column"),
}
ATTRIBUTES: dict[str, Kind | Method] = {
    **{f"class {word}.__table__": Kind("table", "sqlalchemy.Table") for word in ("orm", "orm-dataclass", "sqlmodel")},
    **{f"class {word}.metadata": Kind("metadata", "sqlalchemy.MetaData") for word in ("orm", "sqlmodel")},
    **{
        f"{word}.__mapper__": Kind("mapper", "sqlalchemy.orm.Mapper") for word in ("orm", "class orm", "class sqlmodel")
    },
    "table.metadata": Kind("metadata", "sqlalchemy.MetaData"),
    "table.c": COLUMNS,
    "table.columns": COLUMNS,
}
