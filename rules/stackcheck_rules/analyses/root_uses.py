"""Models of one value, written `__root__` as in Pydantic 1: each with every place that must change with it.

A model changes whole or not at all: if some text that says `__root__` cannot be traced to a model,
none does, for it may be about any of them.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, Span, parse_tree, uses
from stackcheck_rules.analyses._root_classes import RootClass, root_classes
from stackcheck_rules.analyses._root_dumps import ROOT, Edits
from stackcheck_rules.analyses._root_owners import Key, Owners, owner_of
from stackcheck_rules.analyses._root_shapes import Created, shapes_of
from stackcheck_rules.analyses._source_text import source_text
from stackcheck_rules.analyses.version_branches import version_branches

PLAIN_BASES = {"pydantic.BaseModel", "pydantic.generics.GenericModel"}
EMPTY_BASES = ("typing.", "typing_extensions.", "abc.")
VALIDATORS = {"pydantic.validator", "pydantic.field_validator"}
OPTIONAL = {"typing.Optional", "typing.Any", "typing_extensions.Any"}


class RootUse(NamedTuple):
    """A place that speaks of a root: see `Shape`; `owner` and `call` stand in `scope`."""

    form: str
    scope: str
    owner: Expr
    at: Span
    edits: Edits = ()
    created: Created | None = None
    call: Expr = ()


class RootPlan(NamedTuple):
    """How a model becomes a `RootModel`: where its name goes and what stands around it, and all other edits.

    `edits` is empty where that cannot be done. `exact` is false where a receiver of `dict()` is unknown, or
    None is a value that the type does not name.
    """

    name: str
    base: tuple[Span, str, str] | None = None
    edits: tuple[tuple[str, Span, str], ...] = ()
    exact: bool = True


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[RootClass | RootUse]:
    if ROOT in text:
        yield from root_classes(tree, outline, source_text(text))
        yield from uses_in(tree, outline, text)


def uses_in(tree: ast.Module, outline: Outline, text: str) -> Iterator[RootUse]:
    shapes = shapes_of(tree, source_text(text))
    traced = set()
    for use in uses(tree, outline, lambda node: shapes[node].call or shapes[node].owner if node in shapes else None):
        shape = shapes[use.node]
        traced.add(use.node)
        owner, call = (use.value[1], use.value) if shape.call else (use.value, ())
        yield RootUse(shape.form, use.scope, owner, shape.at, shape.edits, shape.created, call)
    for node, shape in shapes.items():
        if node not in traced and shape.form != "dict":
            yield RootUse("text", "", ("other",), shape.at)


def dumps_elsewhere(evaluator: Evaluator, facts: Mapping[str, object]) -> Iterator[tuple[str, RootUse]]:
    """Calls of `dict()` in files that say nothing of a root, read only in a project that has one."""
    for file in facts:
        text = evaluator.project.text(file)
        if ".dict(" in text and ROOT not in text:
            try:
                tree = parse_tree(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            for use in uses_in(tree, evaluator.project.outline(file), text):
                yield file, use


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[RootClass | RootUse, ...]]
) -> Mapping[tuple[str, Span], RootPlan]:
    """By (file, place) of each declaration of a proven model: what to do about it."""
    roots = {(file, one.at): one for file, each in facts.items() for one in each if is_root(one, file, evaluator)}
    if not roots:
        return {}
    owners = owners_of(roots)
    edits: dict[Key, list[tuple[str, Span, str]]] = {key: [] for key in roots}
    stuck = {key for key, root in roots.items() if not is_fixable(root, key[0], owners, evaluator)}
    exact = True
    found = [(file, use) for file, each in facts.items() for use in each if isinstance(use, RootUse)]
    for file, use in (*found, *dumps_elsewhere(evaluator, facts)):
        if (file, use.at) in roots:
            continue
        owner = traced(use, file, owners, evaluator)
        both = evaluator.project.facts(version_branches.name, file)
        if use.form == "dict":
            exact &= owner is not None
            stuck |= {owner} if owner and not dumps_itself(roots[owner], owner[0], evaluator) else set()
        elif owner is None or any(span[:2] <= use.at[:2] < span[2:] for span in both):
            stuck |= roots.keys()
        elif owner:
            stuck |= set() if use.edits else {owner}
            edits[owner] += [(file, span, new) for span, new in use.edits]
    return {key: plan_of(root, key, edits[key], key not in stuck, exact, evaluator) for key, root in roots.items()}


def owners_of(roots: Mapping[Key, RootClass | RootUse]) -> Owners:
    classes = {(file, root.qualname): (file, at) for (file, at), root in roots.items() if isinstance(root, RootClass)}
    made = [(key, root) for key, root in roots.items() if isinstance(root, RootUse) and root.created]
    named = {(key[0], root.scope, root.created.name): key for key, root in made if root.created}
    calls = Counter((key[0], root.call) for key, root in made)
    alone = {(key[0], root.call): key for key, root in made if calls[key[0], root.call] == 1}
    return Owners(classes, named, alone)


def is_root(fact: RootClass | RootUse, file: str, evaluator: Evaluator) -> bool:
    """Whether a fact declares the root of a proven model."""
    if isinstance(fact, RootClass):
        return evaluator.instance(Kind("class", fact.qualname, file)).word == "model"
    return fact.form == "class" and evaluator.value(file, fact.scope, fact.owner).symbol == "pydantic.create_model"


def dumps_itself(root: RootClass | RootUse, file: str, evaluator: Evaluator) -> bool:
    """Whether a class has a `dict()` of its own, which gives whatever that gives."""
    return isinstance(root, RootClass) and bool(evaluator.project.bindings(file, root.qualname, "dict"))


def is_fixable(root: RootClass | RootUse, file: str, owners: Owners, evaluator: Evaluator) -> bool:
    if isinstance(root, RootUse):
        return root.created is not None and root.created.alone
    above = evaluator.ancestry(Kind("class", root.qualname, file)).classes[1:]
    if not root.plain or any((cls.file, cls.symbol) in owners.classes for cls in above):
        return False
    bases = [evaluator.value(file, parent_of(root), expr) for expr, _ in root.bases]
    models = [base for base in bases if base.symbol in PLAIN_BASES and not base.file]
    return len(models) == 1 and all(base in models or adds_nothing(base, evaluator) for base in bases)


def adds_nothing(base: Kind, evaluator: Evaluator) -> bool:
    """Whether a base beside the model is none itself: `Generic[T]`, `ABC`, a mixin of the project."""
    if base.word == "class":
        return bool(base.file) and evaluator.instance(base).word == "instance" and evaluator.ancestry(base).whole
    return base.word == "external" and base.symbol.startswith(EMPTY_BASES)


def parent_of(root: RootClass) -> str:
    return root.qualname.rpartition(".")[0]


def traced(use: RootUse, file: str, owners: Owners, evaluator: Evaluator) -> Key | tuple[()] | None:
    """The declaration that a use is about; `()` if it is about something else, None if nobody knows."""
    match use.form:
        case "text":
            return None
        case "validator":
            if evaluator.value(file, use.scope, use.owner).symbol not in VALIDATORS:
                return None
            return owners.classes.get((file, use.scope))
        case form:
            return owner_of(
                file, use.scope, use.owner, owners, evaluator, instance=form != "class", spelled=form != "dict"
            )


def plan_of(
    root: RootClass | RootUse,
    key: Key,
    edits: list[tuple[str, Span, str]],
    fixable: bool,
    exact: bool,
    evaluator: Evaluator,
) -> RootPlan:
    file = key[0]
    if isinstance(root, RootUse):
        created = root.created
        if not fixable or created is None:
            return RootPlan(created.name if created else "")
        field = f", root=({created.type}, {created.default})" if created.default else ""
        exact &= created.default != "None" or admits_none(evaluator, file, root.scope, created.kind)
        return RootPlan(created.name, (root.at, "__base__=", f"[{created.type}]{field}"), tuple(edits), exact)
    if not fixable:
        return RootPlan(root.qualname)
    own = root.kept
    optional = admits_none(evaluator, file, root.qualname, root.type)
    if not root.value and optional:
        own = (*own, (root.after, " = None"))  # Pydantic 1 took that for granted
    elif not root.value and root.generic:
        own = root.dropped
    exact &= root.value != "None" or optional  # the default alone made Pydantic 1 take None for a value
    base = next(span for expr, span in root.bases
                if evaluator.value(file, parent_of(root), expr).symbol in PLAIN_BASES)  # fmt: skip
    generic = f"[{root.generic}]" if root.generic else ""
    return RootPlan(root.qualname, (base, "", generic), (*edits, *((file, span, new) for span, new in own)), exact)


def admits_none(evaluator: Evaluator, file: str, scope: str, kind: Expr) -> bool:
    """Whether Pydantic 1 let a field of some type default to None."""
    match kind:
        case ("const", None):
            return True
        case ("union", left, right):
            return any(admits_none(evaluator, file, scope, part) for part in (left, right))
        case ("index", base, inside):
            symbol = evaluator.value(file, scope, base).symbol
            parts = inside[1] if inside[0] == "tuple" else (inside,)
            within = parts if symbol == "typing.Union" else parts[:1] if symbol.endswith(".Annotated") else ()
            return symbol in OPTIONAL or any(admits_none(evaluator, file, scope, part) for part in within)
        case ("name" | "attr", *_):
            if evaluator.value(file, scope, kind).symbol in OPTIONAL:
                return True
            source = evaluator.definition(file, scope, kind)
            bound = evaluator.project.bindings(source[0], "", source[1]) if source else ()
            if source and len(bound) == 1 and bound[0].expr[0] in {"index", "union"}:
                return admits_none(evaluator, source[0], "", bound[0].expr)
    return False


root_uses = Analysis("root-uses", collect, merge)
