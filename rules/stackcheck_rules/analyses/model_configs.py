"""What the models of a project set in their configuration, in whichever form they set it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Context, Evaluator, Kind, Outline, definitions, words_in

NAMES = {"Config", "model_config"}
UNREADABLE = "?"  # the value of a key that is set to something that cannot be read here


class Settings(NamedTuple):
    """One class: `form` is `class`, `dict`, `call`, `keywords` or `shared`; pairs of a key and its value's source.

    `whole` unless it may set more.
    """

    qualname: str
    form: str
    pairs: tuple[tuple[str, str], ...]
    whole: bool = True


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Settings]:
    # Most files have classes without a word of options.
    if NAMES.isdisjoint(words_in(text)) and not any(scope.keywords for scope in outline.classes()):
        return
    numbered = outline.numbered()
    for number, node in enumerate(definitions(tree), start=1):
        if isinstance(node, ast.ClassDef):
            given = [word for word in node.keywords if word.arg not in {None, "metaclass"}]
            if given:
                yield Settings(
                    numbered[number], "keywords", tuple((str(word.arg), source(word.value)) for word in given)
                )
            for statement in node.body:
                yield from settings_in(statement, numbered[number], tree)


def settings_in(statement: ast.stmt, qualname: str, tree: ast.Module) -> Iterator[Settings]:
    match statement:
        case ast.ClassDef(name="Config", bases=bases):
            yield Settings(qualname, "class", pairs_in(statement), not bases)
            for base in bases:
                yield from shared(base, qualname, tree)
        case ast.Assign(targets=[ast.Name(id="Config")], value=value):
            yield from shared(value, qualname, tree)
        case (
            ast.Assign(targets=[ast.Name(id="model_config")], value=value)
            | ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value)
        ):
            yield from values_of(value, qualname, tree)


def shared(value: ast.expr, qualname: str, tree: ast.Module | None) -> Iterator[Settings]:
    """The options of a class or dictionary at the top of the same file that several models use.

    One that is made of another again (`tree` is None) is not followed.
    """
    match value:
        case ast.Attribute(attr="Config" | "BaseConfig") | ast.Name(id="BaseConfig"):
            return  # of a base, which says itself what it sets
        case ast.Name(id=name):
            match [line for line in (tree.body if tree else ()) if name_of(line) == name]:
                case [ast.ClassDef(bases=[]) as found]:
                    yield Settings(qualname, "shared", pairs_in(found))
                    return
                case [ast.Assign(value=ast.Call() | ast.Dict() as given)]:
                    yield from values_of(given, qualname, None)
                    return
    yield Settings(qualname, "shared", (), whole=False)


def name_of(line: ast.stmt) -> str:
    match line:
        case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def pairs_in(cls: ast.ClassDef) -> tuple[tuple[str, str], ...]:
    return tuple(pair for line in cls.body for pair in pairs_of(line))


def pairs_of(line: ast.stmt) -> Iterator[tuple[str, str]]:
    match line:
        case (
            ast.Assign(targets=[ast.Name(id=key)], value=value)
            | ast.AnnAssign(target=ast.Name(id=key), value=ast.expr() as value)
        ):
            yield key, source(value)
        case ast.FunctionDef(name=key):
            yield key, UNREADABLE


def values_of(value: ast.expr, qualname: str, tree: ast.Module | None) -> Iterator[Settings]:
    match value:
        case ast.Call(args=[], keywords=words):
            yield Settings(qualname, "call", tuple((word.arg, source(word.value)) for word in words if word.arg))
            for word in words:
                if word.arg is None:
                    yield from shared(word.value, qualname, tree)
        case ast.Dict(keys=keys, values=values):
            named = [(key.value, source(given)) for key, given in zip(keys, values, strict=True)
                     if isinstance(key, ast.Constant) and isinstance(key.value, str)]  # fmt: skip
            yield Settings(qualname, "dict", tuple(named), len(named) == len(keys))
        case _:
            yield from shared(value, qualname, tree)


def source(value: ast.expr) -> str:
    return ast.unparse(value)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Settings, ...]]) -> Mapping[object, object]:
    """The settings of each (file, qualname); and of each key every (file, qualname) that sets it."""
    found: dict[object, tuple[Settings, ...]] = {}
    setters: dict[object, tuple[tuple[str, str, str], ...]] = {}
    for file, each in facts.items():
        for one in each:
            found[file, one.qualname] = (*found.get((file, one.qualname), ()), one)
            for key, value in one.pairs:
                setters[key] = (*setters.get(key, ()), (file, one.qualname, value))
    return {**found, **setters}


model_configs = Analysis("model-configs", collect, merge)


def setting_of(model: Kind, keys: tuple[str, ...], ctx: Context) -> str | None:
    """The source of what a `class` kind has under one of some keys, its own or inherited.

    None where no class above sets it; `?` where that cannot be known.
    """
    ancestry = ctx.ancestry(model)
    for cls in ancestry.classes:
        for settings in ctx.fact(model_configs, (cls.file, cls.symbol)) or () if cls.file else ():
            value = next((value for key, value in settings.pairs if key in keys), None)
            if value is not None:
                return str(value)
            if not settings.whole and settings.form != "class":
                return UNREADABLE
    return None if ancestry.whole else UNREADABLE


def is_set_anywhere(key: str, ctx: Context) -> bool:
    """Whether any class of the project sets a key in its configuration."""
    return bool(ctx.fact(model_configs, key))
