"""Calls of `relationship`, as they are written: what they say of the class that they lead to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from stackcheck import Evaluator, Expr, parse_expr
from stackcheck_rules.analyses._orm_columns import OTHER, Source, symbol_of
from stackcheck_rules.analyses._words import words

RELATIONSHIPS = {
    "sqlalchemy.orm.relationship", "sqlalchemy.orm.relation", "sqlalchemy.orm.dynamic_loader", "sqlmodel.Relationship",
}  # fmt: skip
# `Mapped[list["Post"]]` is to many; `DynamicMapped` and `WriteOnlyMapped` are always.
CONTAINERS = words("list List set Set dict Dict Sequence MutableSequence Collection Iterable frozenset FrozenSet deque")
NOTHING: Expr = ("const", None)
UNREADABLE = ("?",)  # in the place of the columns that an argument names
UNTIED = {"", "viewonly", "sync_backref"}  # with these one side may change without the other
FOREIGN = re.compile(r"\bforeign\(\s*([\w.]+)\s*\)")


class Cardinality(NamedTuple):
    """What a call says of whether it leads to many: `many` is None where the foreign keys decide.

    `remote` and `foreign_keys` are columns, as `User.id` or `id`; `joined` is whether `primaryjoin=` is given.
    """

    many: bool | None
    uselist: bool | None
    secondary: bool
    remote: tuple[str, ...]
    foreign_keys: tuple[str, ...]
    joined: bool


class RelationshipCall(NamedTuple):
    """`name = relationship(target, …)`; `target` is a name, or a constant string.

    `collection` is what `collection_class=` names: empty where nothing is given, `?` where that is not known.
    `back` is the attribute of the other class that changes with this one, empty where that is not certain;
    `cascades` is whether objects are saved along the relationship, for certain.
    """

    name: str
    owner: tuple[str, str]
    target: Expr
    cardinality: Cardinality
    lazy: str
    collection: str
    back: str
    cascades: bool
    backref: str
    backref_many: bool | None
    backref_lazy: str
    backref_collection: str
    backref_cascades: bool
    source: Source


def relationship_in(
    name: str,
    owner: tuple[str, str],
    value: Expr,
    note: Expr,
    source: Source,
    evaluator: Evaluator,
    unpacked: Mapping[Expr, Mapping[str, Expr]],
) -> RelationshipCall | None:
    """The relationship that an attribute of a class is bound to, if any; `unpacked` are the dicts for `**x`."""
    if value[0] != "call":
        return None
    symbol = symbol_of(value[1], source, evaluator)
    if symbol not in RELATIONSHIPS:
        return None
    keywords = whole_keywords(value[3], unpacked)
    declared, many = annotated(note, symbol)
    given = value[2][0] if value[2] and symbol != "sqlmodel.Relationship" else keywords.get("argument", OTHER)
    if len(value[2]) > 1:
        keywords.setdefault("secondary", value[2][1])
    lazy = "dynamic" if symbol.endswith("dynamic_loader") else literal(keywords.get("lazy"))
    back, back_keywords = backref_in(keywords.get("backref"), source, evaluator)
    return RelationshipCall(
        name,
        owner,
        given if given[0] in {"name", "attr", "const"} else declared,
        cardinality_of(keywords, lazy, many),
        lazy,
        collection_in(keywords, source, evaluator),
        "" if keywords.keys() & UNTIED else back or literal(keywords.get("back_populates")).strip("?"),
        is_saving(keywords),
        back,
        flag(back_keywords.get("uselist")),
        literal(back_keywords.get("lazy")),
        collection_in(back_keywords, source, evaluator),
        is_saving({**back_keywords, **{name: keywords[name] for name in keywords.keys() & UNTIED}}),
        source,
    )


def whole_keywords(pairs: tuple[tuple[str, Expr], ...], unpacked: Mapping[Expr, Mapping[str, Expr]]) -> dict[str, Expr]:
    """The keywords of a call, those of `**common` among them; what is unknown stays under the empty name."""
    found: dict[str, Expr] = {}
    for name, value in pairs:
        match name, value:
            case "", ("call", ("name", "dict"), (), inside):
                found |= dict(inside)
            case "", _ if value in unpacked:
                found |= unpacked[value]
            case _:
                found[name] = value
    return found


def annotated(note: Expr, symbol: str) -> tuple[Expr, bool | None]:
    """The class that an annotation names, and whether it says that there are many; None where it says nothing."""
    if note[0] == "const" and isinstance(note[1], str):
        note = parse_expr(note[1])
    match note:
        case ("index", ("name", head) | ("attr", _, head), inner):
            pass
        case _:
            inner, head = note, "Mapped" if symbol == "sqlmodel.Relationship" and note != OTHER else ""
    if head in {"DynamicMapped", "WriteOnlyMapped"}:
        return inner, True
    if symbol == "sqlmodel.Relationship" and head != "Mapped":
        inner, head = note, "Mapped"
    if head != "Mapped":
        return OTHER, None
    quoted = inner[0] == "const" and isinstance(inner[1], str)
    target, many = entity_in(parse_expr(inner[1]) if quoted else inner)
    # SQLAlchemy takes all that is quoted for the name of one class: `Mapped["list[Post]"]` is to one.
    return target, False if quoted and symbol != "sqlmodel.Relationship" else many


def entity_in(inner: Expr) -> tuple[Expr, bool | None]:
    match inner:
        case ("index", ("name", head) | ("attr", _, head), inside) if head in CONTAINERS:
            return (inside[1][-1] if inside[0] == "tuple" and inside[1] else inside), True
        case ("index", ("name", "Optional") | ("attr", _, "Optional"), inside):
            return inside, False
        case ("index", ("name", "Union") | ("attr", _, "Union"), ("tuple", (left, ("const", None)))):
            return left, False
        case ("union", left, ("const", None)) | ("union", ("const", None), left):
            return left, False
        case ("name" | "attr" | "const", *_):
            return inner, False
    return OTHER, None


def cardinality_of(keywords: dict[str, Expr], lazy: str, declared: bool | None) -> Cardinality:
    uselist = flag(keywords.get("uselist"))
    secondary = keywords.get("secondary", NOTHING) != NOTHING
    # The annotation wins over `uselist=`: https://docs.sqlalchemy.org/en/20/orm/basic_relationships.html
    if declared is not None:
        many: bool | None = declared
    elif "" in keywords:
        many = None
    elif uselist is not None:
        many = uselist
    elif secondary or lazy in {"dynamic", "write_only"} or "collection_class" in keywords:
        many = True
    else:
        many = None
    remote, foreign = (columns_in(keywords.get(name, NOTHING)) for name in ("remote_side", "foreign_keys"))
    join = keywords.get("primaryjoin", NOTHING)
    if join != NOTHING:
        text = join[1] if join[0] == "const" and isinstance(join[1], str) else ""
        remote = UNREADABLE if "remote(" in text else remote
        marked = tuple(FOREIGN.findall(text))
        foreign = (foreign or marked) if text and len(marked) == text.count("foreign(") else UNREADABLE
    if "" in keywords or (uselist is None and keywords.get("uselist", NOTHING) != NOTHING):
        foreign = UNREADABLE
    return Cardinality(many, uselist, secondary, remote, foreign, join != NOTHING)


def backref_in(value: Expr | None, source: Source, evaluator: Evaluator) -> tuple[str, dict[str, Expr]]:
    """The name and the keywords of `backref="x"` or `backref=backref("x", …)`."""
    match value:
        case ("const", str(name)):
            return name, {}
        case ("call", function, (("const", str(name)), *_), keywords):
            if symbol_of(function, source, evaluator) == "sqlalchemy.orm.backref":
                return name, dict(keywords)
    return "", {}


def is_saving(keywords: Mapping[str, Expr]) -> bool:
    """Whether `save-update` is among the cascades of a relationship, which it is by default."""
    if keywords.keys() & {*UNTIED, "cascade_backrefs"}:
        return False
    cascades = literal(keywords.get("cascade", ("const", "all")))
    return bool({"all", "save-update"} & {part.strip() for part in cascades.split(",")})


def collection_in(keywords: Mapping[str, Expr], source: Source, evaluator: Evaluator) -> str:
    """`builtins.set` for `collection_class=set`, the function for what a call makes."""
    given = keywords.get("collection_class", NOTHING)
    if given == NOTHING:
        return "?" if "" in keywords else ""
    return symbol_of(given[1] if given[0] == "call" else given, source, evaluator) or "?"


def columns_in(given: Expr) -> tuple[str, ...]:
    """The columns that `foreign_keys=` or `remote_side=` names; `UNREADABLE` for what cannot be read."""
    found = tuple(names_of(given))
    return UNREADABLE if UNREADABLE[0] in found else found


def names_of(expr: Expr) -> list[str]:
    match expr:
        case ("name", str(name)):
            return [name]
        case ("attr", ("name", str(owner)), str(name)):
            return [f"{owner}.{name}"]
        case ("list" | "tuple" | "set", items):
            return [name for item in items for name in names_of(item)]
        case ("const", str(text)) if text:
            parts = (part.strip() for part in text.strip("[]() ").split(","))
            return [part if re.fullmatch(r"[\w.]+", part) else UNREADABLE[0] for part in parts if part]
        case ("const", None):
            return []
    return [UNREADABLE[0]]


def target_name(text: object) -> tuple[str, str]:
    """(module, `Post`) of `"app.models.Post"`; the module of `"Post"` is empty."""
    module, _, name = str(text).rpartition(".")
    return module, name


def flag(expr: Expr | None) -> bool | None:
    return expr[1] if expr is not None and expr[0] == "const" and isinstance(expr[1], bool) else None


def literal(expr: Expr | None) -> str:
    """A literal as text: empty where nothing is given, `?` for what is none."""
    if expr is None:
        return ""
    return str(expr[1]) if expr[0] == "const" else "?"
