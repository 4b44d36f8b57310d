"""Which fields of settings a project sets by name where it makes them: `Settings(database_url="…")`.

Only looked at for classes that name variables by `env`; the files that mention those are read again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Kind, parents_of, parse_tree, uses
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.settings_classes import SettingsClass, is_settings, settings_classes

LOADERS = {"from_orm", "model_validate", "model_validate_json", "model_validate_strings", "parse_file", "parse_obj",
           "parse_raw", "validate"}  # fmt: skip
ASKING = {"isinstance", "issubclass", "cast", "super", "type"}
Class = tuple[str, str]  # file, qualname


class SettingsInit(NamedTuple):
    """`names` are set by keyword, `env_file` in a call of its own; `unsure`: others may be, out of sight.

    For a mixin, `heirs` are the settings that inherit from it.
    """

    names: frozenset[str] = frozenset()
    env_file: bool = False
    unsure: bool = False
    heirs: tuple[Class, ...] = ()


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[object, ...]]) -> Mapping[Class, SettingsInit]:
    """By (file, qualname) of each class of settings that says something of the old kind, what its calls set.

    A mixin that names variables for settings below it has an entry too: nobody knows what its fields are set by.
    """
    facts = {file: evaluator.project.facts(settings_classes.name, file) for file in facts}
    said = {(file, found.qualname): found for file, each in facts.items() for found in each
            if isinstance(found, SettingsClass)}  # fmt: skip
    wanted = {cls for cls in said if is_settings(Kind("class", cls[1], cls[0]), evaluator)}
    naming = {cls for cls, found in said.items() if found.arguments or found.options} - wanted
    if not wanted and not naming:
        return {}
    heirs = dict(heirs_of(wanted | naming, evaluator))
    found: dict[Class, list[SettingsInit]] = {cls: [] for cls in wanted}
    for heir, above in heirs.items():
        if is_settings(Kind("class", heir[1], heir[0]), evaluator):
            for cls in naming.intersection(above):
                found.setdefault(cls, []).append(SettingsInit(unsure=True, heirs=(heir,)))
    names = {qualname.rpartition(".")[2] for (_, qualname), above in heirs.items() if wanted.intersection(above)}
    for file in evaluator.project.files:
        text = evaluator.project.text(file)
        if any(name in text for name in names):
            for cls, init in inits_in(file, text, names, heirs, evaluator):
                for each in wanted.intersection(heirs[cls]):
                    found[each].append(init)
    return {cls: joined(inits) for cls, inits in found.items()}


def joined(inits: Iterable[SettingsInit]) -> SettingsInit:
    inits = list(inits)
    names = frozenset().union(*(init.names for init in inits))
    heirs = tuple(sorted({heir for init in inits for heir in init.heirs}))
    return SettingsInit(names, any(init.env_file for init in inits), any(init.unsure for init in inits), heirs)


def heirs_of(wanted: set[Class], evaluator: Evaluator) -> Iterator[tuple[Class, tuple[Class, ...]]]:
    """Each of some classes and of their subclasses, with those of the classes that are above it."""
    for file in evaluator.project.files:
        for scope in evaluator.project.outline(file).classes():
            if scope.bases:
                classes = evaluator.ancestry(Kind("class", scope.qualname, file)).classes
                above = tuple((cls.file, cls.symbol) for cls in classes if (cls.file, cls.symbol) in wanted)
                if above:
                    yield (file, scope.qualname), above


def inits_in(
    file: str, text: str, names: set[str], heirs: Mapping[Class, tuple[Class, ...]], evaluator: Evaluator
) -> Iterator[tuple[Class, SettingsInit]]:
    try:
        tree = parse_tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    outline = evaluator.project.outline(file)
    renamed = {name for name, bound in outline.module.bindings.items()
               if any(binding.expr[0] == "from" and binding.expr[2] in names for binding in bound)}  # fmt: skip
    spelled = names | renamed | {"cls", "__class__"}
    parents = parents_of(tree)
    for use in uses(tree, outline, lambda node: class_named(node, spelled)):
        kind = evaluator.value(file, use.scope, use.value)
        if kind.word == "class" and (kind.file, kind.symbol) in heirs:
            yield (kind.file, kind.symbol), read(use.node, parents)
    for scope in outline.classes():
        if evaluator.instance(Kind("class", scope.qualname, file)).word not in MODELS:
            continue
        for binding in (binding for bound in scope.bindings.values() for binding in bound):
            kind = evaluator.declared(file, scope.qualname, binding.annotation)
            for inside in (kind, *kind.args):
                if (inside.file, inside.symbol) in heirs:
                    # A field of other settings: their variables name its fields.
                    yield (inside.file, inside.symbol), SettingsInit(unsure=True)


def class_named(node: ast.AST, names: set[str]) -> ast.expr | None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()) if name in names:
            return node
    return None


def read(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> SettingsInit:
    """What a mention of the class does with it."""
    around = parents.get(node)
    match around:
        case ast.Call(func=func, args=args, keywords=words) if func is node:
            given = {word.arg for word in words}
            names = frozenset(name for name in given if name and not name.startswith("_"))
            return SettingsInit(names, "_env_file" in given, bool(args) or None in given)
        case ast.Call(func=ast.Name(id=name)) if name in ASKING:
            return SettingsInit()
        case ast.Attribute(attr=name):
            return SettingsInit(unsure=name in LOADERS)
        case ast.ClassDef() | ast.Subscript() | ast.BinOp():
            return SettingsInit()
    return SettingsInit(unsure=True)


settings_inits = Analysis("settings-inits", merge=merge)
