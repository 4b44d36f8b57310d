"""What a response schema reads of an object: its fields, and those of the schemas in it."""

from __future__ import annotations

from typing import NamedTuple

from stackcheck import Expr, Kind, Scope
from stackcheck_rules.analyses._loading_world import World
from stackcheck_rules.analyses._orm_drafts import ClassKey
from stackcheck_rules.analyses._pydantic_kinds import MODELS

LISTS = {"list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple", "Collection", "frozenset", "FrozenSet"}
OPTIONAL = {"Optional", "Required"}
# With these in a class, nobody knows what is read.
CUSTOM = {"model_validate", "__get_validators__", "__get_pydantic_core_schema__", "__init__", "from_orm", "validate"}
BEFORE = {"pydantic.model_validator", "pydantic.root_validator"}
FIELD_VALIDATORS = {"pydantic.field_validator", "pydantic.validator"}


class Field(NamedTuple):
    name: str
    inner: ClassKey | None


class Schema(NamedTuple):
    """`attributes` is whether its own configuration lets it read attributes of objects."""

    key: ClassKey
    fields: tuple[Field, ...]
    attributes: bool


def schema_in(note: Expr, file: str, scope: str, world: World) -> Schema | None:
    """The schema of an annotation: `User`, `list[User]`, `User | None`; None where there is none, or several."""
    key = model_in(note, file, scope, world)
    return schema_of(key, world) if key is not None else None


def model_in(note: Expr, file: str, scope: str, world: World) -> ClassKey | None:
    match note:
        case ("union", left, ("const", None)) | ("union", ("const", None), left):
            return model_in(left, file, scope, world)
        case ("index", ("name", head) | ("attr", _, head), inner) if head in LISTS | OPTIONAL | {"Annotated"}:
            first = inner[1][0] if inner[0] == "tuple" and inner[1] else inner
            return model_in(first, file, scope, world)
        case ("name" | "attr" | "const", *_):
            kind = world.evaluator.declared(file, scope, note)
            if kind.word in MODELS and kind.file and kind.certain and not kind.args:
                return kind.file, kind.symbol
    return None


def schema_of(key: ClassKey, world: World) -> Schema | None:
    """None where a validator or a name of its own may change what is read."""
    if key not in world.schemas:
        world.schemas[key] = None  # of a schema that contains itself
        world.schemas[key] = read_schema(key, world)
    found = world.schemas[key]
    return found if isinstance(found, Schema) else None


def read_schema(key: ClassKey, world: World) -> Schema | None:
    evaluator = world.evaluator
    ancestry = evaluator.ancestry(Kind("class", key[1], key[0]))
    # An object of a table of SQLModel is what that schema asks for: it is taken as it is.
    if not ancestry.whole or world.mapped(key) is not None:
        return None
    fields: dict[str, Field] = {}
    attributes = any(one.symbol == "sqlmodel.SQLModel" for one in ancestry.classes)
    for one in ancestry.classes:
        scope = evaluator.project.outline(one.file).scopes.get(one.symbol) if one.file else None
        if scope is None:
            continue
        validated = validated_names(one.file, scope, world)
        if validated is None or not CUSTOM.isdisjoint(scope.bindings):
            return None
        config = settings_of(one.file, scope, world)
        if config is None:
            return None
        attributes |= config
        for name, bound in scope.bindings.items():
            if name not in fields and bound[0].annotation[0] != "other" and not name.startswith("_"):
                known = len(bound) == 1 and is_plain(bound[0].expr)
                # A validator of a field gets what was read, and may make anything of it.
                nested = known and name not in validated
                inner = model_in(bound[0].annotation, one.file, scope.qualname, world) if nested else None
                fields[name] = Field(name if known else "", inner)
    fields.pop("model_config", None)
    return Schema(key, tuple(one for one in fields.values() if one.name), attributes)


def is_plain(value: Expr) -> bool:
    """Whether a field is read from the attribute of its own name."""
    return value[0] != "call" or not {"alias", "validation_alias", ""} & {word for word, _ in value[3]}


def validated_names(file: str, scope: Scope, world: World) -> frozenset[str] | None:
    """Fields with validators of their own; None where one sees the whole object first."""
    names: set[str] = set()
    for bound in scope.bindings.values():
        for binding in bound:
            function = world.evaluator.project.scope(file, binding.expr[1]) if binding.expr[0] == "def" else None
            for decorator in function.decorators if function is not None else ():
                if decorator[0] != "call":
                    continue
                symbol = world.symbol(file, scope.qualname, decorator[1])
                if symbol in BEFORE and dict(decorator[3]).get("mode") != ("const", "after"):
                    return None
                if symbol in FIELD_VALIDATORS:
                    names |= {str(given[1]) for given in decorator[2] if given[0] == "const"}
    return frozenset(names)


def meant(expr: Expr, file: str, scope: Scope, world: World) -> Expr:
    """What a name of the module, or of another, stands for."""
    place = world.evaluator.definition(file, scope.parent, expr) if expr[0] in {"name", "attr"} else None
    bound = world.evaluator.project.bindings(place[0], "", place[1]) if place is not None else ()
    return bound[0].expr if len(bound) == 1 else expr


def settings_of(file: str, scope: Scope, world: World) -> bool | None:
    """Whether a class reads attributes by its configuration; None where other names may be read."""
    project = world.evaluator.project
    pairs: list[tuple[str, Expr]] = list(scope.keywords)
    for binding in scope.bindings.get("model_config", ()):
        match meant(binding.expr, file, scope, world):
            case ("call", _, _, keywords):
                pairs += keywords
            case ("dict", values) if all(value[0] == "const" for value in values):
                # Which keys they have is not kept: `from_attributes` is what a True says nearly always.
                pairs += [("from_attributes", value) for value in values]
            case _:
                return None
    for binding in scope.bindings.get("Config", ()):
        inner = project.outline(file).scopes.get(binding.expr[1]) if binding.expr[0] == "class" else None
        for name, bound in inner.bindings.items() if inner is not None else ():
            pairs.append((name, bound[0].expr))
    if any(name in {"alias_generator", ""} for name, _ in pairs):
        return None
    return any(name in {"from_attributes", "orm_mode"} and value == ("const", True) for name, value in pairs)
