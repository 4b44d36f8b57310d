"""What SQLAlchemy's ORM gives the table of kinds: sessions, factories, queries, declarative classes.

A query and a scalar result carry the class that they are of, where it is one and known.
Sources: the API pages of SQLAlchemy 2.1 (orm/session_api, orm/queryguide/query, orm/mapping_api,
orm/extensions/asyncio) and of 1.4 (orm/query).
"""

from __future__ import annotations

from collections.abc import Callable

from stackcheck import UNKNOWN, Arguments, Kind
from stackcheck_rules.analyses._core_kinds import changed
from stackcheck_rules.analyses._result_kinds import (
    ASYNC_CONNECTION,
    ASYNC_TRANSACTION,
    CONNECTION,
    ROW,
    awaited,
    context,
    entities,
    entity,
    entity_of,
    executed,
    instance,
    itself,
    made_of,
    scalars,
    streamed,
    streamed_scalars,
)
from stackcheck_rules.analyses._words import words

SESSION = Kind("session", "sqlalchemy.orm.Session")
ASYNC_SESSION = Kind("async-session", "sqlalchemy.ext.asyncio.AsyncSession")
BASE = Kind("class", "sqlalchemy.orm.DeclarativeBase")
ASYNC_REGISTRY = "sqlalchemy.ext.asyncio.async_scoped_session"
Method = Callable[[Kind, Arguments], Kind]

# Methods of a query that give another query of the same entities.
REFINING = words("""
    autoflush correlate distinct enable_assertions enable_eagerloads execution_options filter filter_by
    from_self from_statement group_by having join limit offset options order_by outerjoin params
    populate_existing prefix_with reset_joinpoint select_entity_from select_from set_label_style slice suffix_with
    where with_for_update with_hint with_labels with_lockmode with_parent with_polymorphic with_session
    with_statement_hint with_transformation yield_per apply_labels union union_all intersect intersect_all except_
    except_all __getitem__
""")
# Those that give one of several entities, or of tuples.
WIDENING = words("add_column add_columns add_entity tuples")
COLUMNS = {"sqlalchemy.Column", "sqlalchemy.orm.Mapped"}  # what an attribute of a class is, by its value or annotation


def entered(receiver: Kind, arguments: Arguments) -> Kind:
    return context(receiver)


def made(receiver: Kind, arguments: Arguments) -> Kind:
    """What a factory makes; a plain annotation `sessionmaker` does not say."""
    return receiver.args[0] if receiver.args else UNKNOWN


def made_in_context(receiver: Kind, arguments: Arguments) -> Kind:
    return context(made(receiver, arguments))


def sync_factory(receiver: Kind, arguments: Arguments) -> Kind:
    """`sessionmaker(bind, class_=Session)`: a factory of what `class_` names."""
    cls = arguments(1, "class_")
    if cls.word != "class":
        given = arguments.count > 1 or not {"class_", ""}.isdisjoint(arguments.names)
        return instance("sqlalchemy.orm.sessionmaker", SESSION._replace(certain=not given))
    # The word of a subclass is looked up when the factory is called.
    return instance("sqlalchemy.orm.sessionmaker", made_of(cls))


def async_factory(receiver: Kind, arguments: Arguments) -> Kind:
    cls = arguments(1, "class_")
    session = made_of(cls) if cls.word == "class" else ASYNC_SESSION
    return instance("sqlalchemy.ext.asyncio.async_sessionmaker", session)


def registry(receiver: Kind, arguments: Arguments) -> Kind:
    """`scoped_session(factory)` passes every call on to the session of the thread."""
    factory = arguments(0, "session_factory")
    return instance("sqlalchemy.orm.scoped_session", *factory.args)


def async_registry(receiver: Kind, arguments: Arguments) -> Kind:
    factory = arguments(0, "session_factory")
    return instance(ASYNC_REGISTRY, *factory.args)


def is_async(receiver: Kind) -> bool:
    """Whether the methods of a session, or of a registry of sessions, are to be awaited."""
    if receiver.word == "session-registry":
        return receiver.symbol == ASYNC_REGISTRY or any(one.word == "async-session" for one in receiver.args)
    return receiver.word == "async-session"


def queried(receiver: Kind, arguments: Arguments) -> Kind:
    """`session.query(User)`; of several entities, or of one column, it gives rows."""
    return Kind("query", "sqlalchemy.orm.Query", args=queried_entities(arguments))


def queried_entities(arguments: Arguments) -> tuple[Kind, ...]:
    first = arguments.positional(0)
    if arguments.count > 1 or first.symbol in COLUMNS:
        return (ROW,)
    return (first,) if arguments.count == 1 and first.word == "class" else ()


def of_others(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver._replace(args=queried_entities(arguments))


def widened(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver._replace(args=(ROW,))


def got(receiver: Kind, arguments: Arguments) -> Kind:
    """`session.get(User, 1)`."""
    cls = arguments(0, "entity")
    return made_of(cls) if cls.word == "class" else UNKNOWN


def merged(receiver: Kind, arguments: Arguments) -> Kind:
    return arguments(0, "instance")


def aliased(called: Kind, arguments: Arguments) -> Kind:
    """A second name for a class in a statement: the same attributes, the same objects."""
    cls = arguments(0, "element")
    return cls if cls.word == "class" else UNKNOWN


def scalar(receiver: Kind, arguments: Arguments) -> Kind:
    return entity_of(arguments(0, "statement"))


def connection(receiver: Kind, arguments: Arguments) -> Kind:
    return ASYNC_CONNECTION if is_async(receiver) else CONNECTION


def sync_or_awaited(method: Method) -> Method:
    return lambda receiver, arguments: (
        awaited(method(receiver, arguments)) if is_async(receiver) else method(receiver, arguments)
    )


WAITING: dict[str, Method] = {
    "connection": connection, "exec": scalars, "execute": executed, "get": got, "get_one": got, "merge": merged,
    "scalar": scalar, "scalars": scalars, "stream": streamed, "stream_scalars": streamed_scalars,
}  # fmt: skip

INSTANCES = {
    "sqlalchemy.orm.Session": "session",
    "sqlmodel.Session": "session",
    "sqlalchemy.orm.scoped_session": "session-registry",
    "sqlalchemy.orm.sessionmaker": "factory",
    "sqlalchemy.ext.asyncio.AsyncSession": "async-session",
    "sqlmodel.ext.asyncio.session.AsyncSession": "async-session",
    "sqlalchemy.ext.asyncio.async_sessionmaker": "factory",
    ASYNC_REGISTRY: "session-registry",
    "sqlalchemy.orm.DeclarativeBase": "orm",
    "sqlalchemy.orm.DeclarativeBaseNoMeta": "orm",
    "sqlalchemy.orm.MappedAsDataclass": "orm-dataclass",
    "sqlalchemy.orm.registry": "registry",
    "sqlalchemy.orm.Query": "query",
    "sqlalchemy.orm.Mapper": "mapper",
    "sqlmodel.SQLModel": "sqlmodel",
    "fastcrud.FastCRUD": "crud",
    "flask_sqlalchemy.SQLAlchemy": "flask-db",
    "flask_sqlalchemy.model.Model": "flask-model",
}
BASES: dict[str, tuple[str, ...]] = {"sqlalchemy.orm.DeclarativeMeta": (), "sqlalchemy.ext.asyncio.AsyncAttrs": ()}
# Where else SQLAlchemy keeps a name, besides `sqlalchemy.orm`.
HOMES = {
    "session": "Session sessionmaker close_all_sessions object_session make_transient",
    "scoping": "scoped_session",
    "query": "Query Bundle aliased",
    "decl_api": "DeclarativeBase DeclarativeBaseNoMeta DeclarativeMeta MappedAsDataclass as_declarative "
    "declarative_base declared_attr declarative_mixin registry has_inherited_table synonym_for",
    "attributes": "InstrumentedAttribute QueryableAttribute flag_modified",
    "strategy_options": "Load joinedload selectinload subqueryload lazyload contains_eager defer undefer load_only "
    "noload raiseload immediateload",
    "relationships": "RelationshipProperty",
    "util": "AliasedClass with_parent aliased join outerjoin",
    "exc": "NoResultFound MultipleResultsFound",
}
ALIASES = {
    **{f"sqlalchemy.orm.{home}.{name}": f"sqlalchemy.orm.{name}" for home in HOMES for name in HOMES[home].split()},
    **{
        f"sqlalchemy.ext.declarative.{name}": f"sqlalchemy.orm.{name}"
        for name in words(
            "as_declarative declarative_base declared_attr DeclarativeMeta has_inherited_table synonym_for"
        )
    },
    "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.session.async_sessionmaker": "sqlalchemy.ext.asyncio.async_sessionmaker",
    **{
        f"sqlalchemy.ext.asyncio.session.{name}": f"sqlalchemy.ext.asyncio.{name}"
        for name in ("async_object_session", "async_session")
    },
    "sqlalchemy.ext.asyncio.scoping.async_scoped_session": ASYNC_REGISTRY,
    "sqlalchemy.ext.automap.automap_base": "sqlalchemy.orm.declarative_base",
    "sqlmodel.orm.session.Session": "sqlmodel.Session",
    "sqlmodel.main.SQLModel": "sqlmodel.SQLModel",
    "fastcrud.crud.fast_crud.FastCRUD": "fastcrud.FastCRUD",
    "flask_sqlalchemy.extension.SQLAlchemy": "flask_sqlalchemy.SQLAlchemy",
}
CALLS: dict[str, Kind | Method] = {
    "sqlalchemy.orm.sessionmaker": sync_factory,
    "sqlalchemy.ext.asyncio.async_sessionmaker": async_factory,
    "sqlalchemy.orm.scoped_session": registry,
    ASYNC_REGISTRY: async_registry,
    "sqlalchemy.orm.create_session": SESSION,
    "sqlalchemy.orm.declarative_base": BASE,
    "sqlalchemy.orm.Query": lambda called, arguments: Kind("query", "sqlalchemy.orm.Query"),
    "sqlalchemy.orm.object_session": SESSION,
    "sqlalchemy.ext.asyncio.async_object_session": ASYNC_SESSION,
    "sqlalchemy.ext.asyncio.async_session": ASYNC_SESSION,
    "sqlalchemy.orm.aliased": aliased,
}
METHODS: dict[str, Kind | Method] = {
    "factory.__call__": made,
    "factory.begin": made_in_context,
    "session-registry.__call__": made,
    "session.__enter__": itself,
    "session.begin": entered,
    "async-session.__aenter__": itself,
    "async-session.begin": entered,
    "async-session.begin_nested": ASYNC_TRANSACTION,
    **{
        f"{word}.{name}": sync_or_awaited(method)
        for word in ("session", "async-session", "session-registry")
        for name, method in WAITING.items()
    },
    **{f"{word}.query": queried for word in ("session", "async-session", "session-registry")},
    **{f"query.{name}": itself for name in REFINING},
    **{f"query.{name}": widened for name in WIDENING},
    "query.only_return_tuples": changed,
    "query.with_entities": of_others,
    "query.all": entities,
    **{f"query.{name}": entity for name in ("first", "get", "one", "one_or_none", "__iter__")},
    "registry.generate_base": BASE,
    "registry.mapped": itself,
    "registry.as_declarative_base": itself,
    "registry.mapped_as_dataclass": itself,
}
DECORATORS = {
    "sqlalchemy.orm.as_declarative": "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.mapped_as_dataclass": "sqlalchemy.orm.MappedAsDataclass",
    "sqlalchemy.orm.DeclarativeMeta": "sqlalchemy.orm.DeclarativeBase",
    "registry.mapped": "sqlalchemy.orm.DeclarativeBase",
    "registry.as_declarative_base": "sqlalchemy.orm.DeclarativeBase",
    "registry.mapped_as_dataclass": "sqlalchemy.orm.MappedAsDataclass",
}
