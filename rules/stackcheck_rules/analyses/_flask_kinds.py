"""What Flask-SQLAlchemy's `db` gives the table of kinds: the names of SQLAlchemy, and `db.Model`.

Source: the API page of Flask-SQLAlchemy 3.1, where `db` passes on every name of `sqlalchemy` and `sqlalchemy.orm`.
"""

from __future__ import annotations

from stackcheck import Arguments, Kind
from stackcheck_rules.analyses import _core_kinds as core
from stackcheck_rules.analyses import _orm_kinds as orm
from stackcheck_rules.analyses._words import words

SQLALCHEMY = "flask_sqlalchemy.SQLAlchemy"
MODEL = Kind("class", "flask_sqlalchemy.model.Model")
CLASSES = {*core.INSTANCES, *core.BASES, *orm.INSTANCES}
ORM = words("""
    DynamicMapped Mapped WriteOnlyMapped aliased backref column_property composite contains_eager declared_attr defer
    deferred dynamic_loader immediateload joinedload lazyload load_only mapped_column query_expression raiseload
    relationship selectinload subqueryload synonym undefer validates with_polymorphic
""")
NAMES = {
    **{name: f"sqlalchemy.orm.{name}" for name in ORM},
    **{name: f"sqlalchemy.{name}" for name in words(f"{core.SCHEMA} {core.STATEMENTS}") | core.SQL_TYPES},
}


def made(called: Kind, arguments: Arguments) -> Kind:
    """`SQLAlchemy(model_class=Base)`, whose models are those of `Base`."""
    base = arguments.keyword("model_class")
    return Kind("flask-db", SQLALCHEMY, args=(base,) if base.word == "class" else ())


def model(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver.args[0] if receiver.args else MODEL


CALLS = {SQLALCHEMY: made}
ATTRIBUTES: dict[str, Kind | core.Method] = {
    **{
        f"flask-db.{name}": Kind("class" if symbol in CLASSES else "external", symbol) for name, symbol in NAMES.items()
    },
    "flask-db.Model": model,
}
