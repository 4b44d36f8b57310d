"""Declarative classes of SQLAlchemy: their columns, foreign keys and relationships, and what those lead to."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, expr_of, nodes_of_type
from stackcheck_rules.analyses._orm_columns import Key
from stackcheck_rules.analyses._orm_drafts import MAPPED_WORDS as MAPPED_WORDS
from stackcheck_rules.analyses._orm_drafts import UNKNOWN_ENDS, Draft, Reader, draft_of, ends_of, with_tables
from stackcheck_rules.analyses._orm_drafts import ClassKey as ClassKey
from stackcheck_rules.analyses._relationships import RelationshipCall, target_name
from stackcheck_rules.analyses._words import words

ABOUT = words("Column mapped_column relationship relation dynamic_loader Relationship __tablename__ declared_attr")
ClassFact = tuple[str, tuple[str, ...]]  # qualname, names bound in its body
DictFact = tuple[str, str, tuple[tuple[str, Expr], ...]]  # scope, name, items
Facts = Mapping[str, tuple[ClassFact | DictFact, ...]]


class Relationship(NamedTuple):
    """An attribute that leads to objects of another class.

    `owner` is the class whose body defines it (a mixin, perhaps), `target` the class it leads to, None where
    that is not known. `many` is None where the cardinality is not known. `lazy` is the literal, empty where
    none is given, `?` for anything else. `backref` is the class on which `backref=` makes it, None for one
    that is written out. `required` is whether it leads to one object and is surely not None. `collection` is
    what `collection_class=` names: empty where nothing is given, `?` for what is not of a library. `back` is
    the attribute of the other class that changes with this one, empty where that is not certain, and
    `cascades` whether objects are saved along the relationship, for certain.
    """

    name: str
    owner: ClassKey
    target: ClassKey | None
    many: bool | None
    lazy: str
    backref: ClassKey | None = None
    required: bool = False
    collection: str = ""
    back: str = ""
    cascades: bool = False


class OrmClass(NamedTuple):
    """`table` is empty where no string says it. Attributes of bases and mixins are among them, by name.

    `keys` are the foreign keys, `bases` the declarative bases: a class, or the name of what a call has made.
    """

    table: str
    columns: tuple[tuple[str, ClassKey], ...]
    relationships: tuple[Relationship, ...]
    keys: tuple[Key, ...] = ()
    bases: tuple[ClassKey, ...] = ()

    def relationship(self, name: str) -> Relationship | None:
        return next((one for one in self.relationships if one.name == name), None)

    def has_column(self, name: str) -> bool:
        return any(one == name for one, _ in self.columns)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ClassFact | DictFact]:
    """Each class that has a base or a decorator or calls anything, and each dictionary that may hold keywords."""
    if not any(word in text for word in ABOUT):
        return
    for scope in outline.classes():
        if scope.bases or scope.decorators or scope.keywords or scope.bindings:
            yield scope.qualname, tuple(scope.bindings)
    if "**" in text:
        yield from dictionaries(tree, "")
        inside = {scope.span[:2]: scope.qualname for scope in outline.classes()}
        for node in nodes_of_type(tree, ast.ClassDef):
            yield from dictionaries(node, inside.get((node.lineno, node.col_offset + 1), "?"))


def dictionaries(home: ast.Module | ast.ClassDef, qualname: str) -> Iterator[DictFact]:
    """What a module or a class binds to a display of a dictionary whose keys are strings."""
    for statement in home.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys, values=values))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys=keys, values=values))
            ):
                named = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
                if len(named) == len(keys):
                    yield qualname, name, tuple(zip(named, map(expr_of, values), strict=True))


def merge(evaluator: Evaluator, facts: Facts) -> Mapping[object, object]:
    """By (file, qualname) the `OrmClass`; by its name the (file, qualname)s of the classes that have it."""
    reader = reader_of(evaluator, facts)
    mapped = [key for key in reader.names if evaluator.instance(Kind("class", key[1], key[0])).word in MAPPED_WORDS]
    named: dict[str, list[ClassKey]] = defaultdict(list)
    for key in mapped:
        named[key[1].rpartition(".")[2]].append(key)
    drafts = {key: draft_of(key, reader) for key in mapped}
    drafts = {key: with_tables(draft, drafts) for key, draft in drafts.items()}
    found: dict[ClassKey, list[Relationship]] = {}
    made: list[Relationship] = []
    for key, draft in drafts.items():
        found[key] = []
        for call in draft.calls:
            target = resolved(call, draft, drafts, named, evaluator)
            found[key].append(relationship_of(call, draft, target, drafts))
            if call.backref and target and target in drafts:
                made.append(backref_of(call, key, found[key][-1], target, drafts))
    for one in made:
        if one.backref is not None:
            found[one.backref].append(one)
    classes = {
        key: OrmClass(draft.table, draft.columns, tuple(found[key]), draft.keys, tuple(sorted(draft.bases)))
        for key, draft in drafts.items()
    }
    found_by: dict[object, object] = {name: tuple(keys) for name, keys in named.items()}
    return found_by | dict(classes)


def reader_of(evaluator: Evaluator, facts: Facts) -> Reader:
    names: dict[ClassKey, tuple[str, ...]] = {}
    dicts: dict[ClassKey, dict[Expr, Mapping[str, Expr]]] = defaultdict(dict)
    for file, found in facts.items():
        for fact in found:
            match fact:
                case (qualname, bound):
                    names[file, qualname] = bound
                case (scope, name, items):
                    dicts[file, scope]["name", name] = dict(items)
    return Reader(evaluator, names, dicts)


def resolved(
    call: RelationshipCall, draft: Draft, drafts: Mapping[ClassKey, Draft], named: Mapping[str, Sequence[ClassKey]],
    evaluator: Evaluator,
) -> ClassKey | None:  # fmt: skip
    """The class that a relationship leads to: by its expression, or by the name in its string."""
    if call.target[0] != "const":
        kind = evaluator.value(call.source.file, call.source.scope, call.target)
        return (kind.file, kind.symbol) if kind.word == "class" and kind.file else None
    module, name = target_name(call.target[1])
    path = module.replace(".", "/")
    classes = [key for key in named.get(name, ()) if not path or f"/{path}." in f"/{key[0]}"]
    if len(classes) > 1:  # a name is looked up among the classes of one declarative base
        classes = [key for key in classes if drafts[key].bases & draft.bases]
    return classes[0] if len(classes) == 1 else None


def relationship_of(
    call: RelationshipCall, draft: Draft, target: ClassKey | None, drafts: Mapping[ClassKey, Draft]
) -> Relationship:
    ends = ends_of(call.cardinality, draft, drafts[target]) if target and target in drafts else UNKNOWN_ENDS
    many = ends.many if call.cardinality.many is None else call.cardinality.many
    required = many is False and ends.required
    return Relationship(
        call.name, call.owner, target, many, call.lazy, None, required, call.collection, call.back, call.cascades
    )


def backref_of(
    call: RelationshipCall, key: ClassKey, own: Relationship, target: ClassKey, drafts: Mapping[ClassKey, Draft]
) -> Relationship:
    """What `backref=` puts on the class that a relationship leads to."""
    ends = ends_of(call.cardinality, drafts[key], drafts[target])
    if call.backref_many is not None:
        many: bool | None = call.backref_many
    elif call.cardinality.secondary:
        many = True
    elif ends.many is not None:
        many = not ends.many
    else:
        # A scalar may be either side of a one-to-one.
        many = False if own.many else None
    required = many is False and ends.back_required
    return Relationship(
        call.backref, own.owner, key, many, call.backref_lazy, target, required, call.backref_collection,
        call.name if call.back else "", call.backref_cascades,
    )  # fmt: skip


orm_classes = Analysis("orm-classes", collect, merge)
