"""Validators of whole models by class, with those of the classes above and below it.

`@root_validator` and `@model_validator` run in an order that depends on all of them, a subclass
replaces one by its name, and a method that is called by its name cannot change its signature.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Kind, Outline, definitions, expr_of, root_name
from stackcheck_rules.analyses import descendants

ROOT, MODEL = "pydantic.root_validator", "pydantic.model_validator"
CALLED = r"(?:\b[A-Z]\w*|super\([^()]*\))\s*\.\s*(NAMES)\s*\("

Form = Literal["before", "after", "raises", "odd"]
Class = tuple[str, str]  # (file, qualname)


class Decorated(NamedTuple):
    """A method with the decorators that it has, outermost first; or an attribute, with what it is made by."""

    owner: str
    name: str
    decorators: tuple[Expr, ...]


class Validator(NamedTuple):
    """`form`: when it runs; `raises` for a `@root_validator` that Pydantic 2 refuses, `odd` for any other.

    `old` is true for `@root_validator`.
    """

    file: str
    owner: str
    name: str
    form: Form
    old: bool


class Aliased(NamedTuple):
    """A class that gives a field another name in its input."""

    owner: str


class Family(NamedTuple):
    """The validators of a class and of all its relatives, the classes below it, and whether a field has an alias."""

    validators: tuple[Validator, ...] = ()
    below: tuple[Class, ...] = ()
    aliased: bool = False


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Decorated | Aliased]:
    """Decorated methods where validators are imported, and in any file the classes with aliases."""
    validators = "root_validator" in text or "model_validator" in text
    if not validators and "alias=" not in text:
        return
    numbered = outline.numbered()
    for number, node in enumerate(definitions(tree), start=1):
        if isinstance(node, ast.ClassDef):
            if any(has_alias(statement) for statement in node.body):
                yield Aliased(numbered[number])
            if validators:
                yield from decorated_in(node, numbered[number])


def has_alias(statement: ast.stmt) -> bool:
    match statement:
        case ast.AnnAssign(value=ast.Call(keywords=words)) | ast.Assign(value=ast.Call(keywords=words)):
            return any(word.arg in {"alias", "validation_alias"} for word in words)
    return False


def decorated_in(node: ast.ClassDef, qualname: str) -> Iterator[Decorated]:
    for statement in node.body:
        match statement:
            case ast.FunctionDef(name=name, decorator_list=[_, *_] as decorators):
                yield Decorated(qualname, name, tuple(map(expr_of, decorators)))
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Call() as made))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=ast.Call() as made))
            ):
                yield Decorated(qualname, name, (expr_of(made),))


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[Any, ...]]) -> Mapping[object, object]:
    """The family of each class with validators; and True for each of them that is called by its name on a class."""
    own: dict[Class, list[Validator]] = {}
    aliased: set[Class] = set()
    found: dict[object, object] = {}
    for file, each in facts.items():
        for one in each:
            if isinstance(one, Aliased):
                aliased.add((file, one.owner))
            elif validator := validator_of(evaluator, file, one):
                own.setdefault((file, one.owner), []).append(validator)
    if not own:
        return {}
    found.update(dict.fromkeys(called(evaluator, {one.name for each in own.values() for one in each}), True))
    below = descendants.merge(evaluator, {})
    for file, owner in own:
        above = [(cls.file, cls.symbol) for cls in evaluator.ancestry(Kind("class", owner, file)).classes]
        relatives = dict.fromkeys([*above, *below.get((file, owner), ())])
        validators = tuple(one for relative in relatives for one in own.get(relative, ()))
        found[file, owner] = Family(validators, below.get((file, owner), ()), bool(aliased & relatives.keys()))
    return found


def called(evaluator: Evaluator, names: set[str]) -> set[str]:
    """Those of some names that any file calls on a class: `User.check(data)`.

    Looked for in the text: a fact for each call in each file would cost a fifth of parsing them.
    """
    pattern = re.compile(CALLED.replace("NAMES", "|".join(sorted(names))))
    texts = (evaluator.project.parsed(file).source for file in evaluator.project.files)
    return {match[1] for source in texts if source for match in pattern.finditer(source.text)}


def validator_of(evaluator: Evaluator, file: str, one: Decorated) -> Validator | None:
    for decorator in one.decorators:
        called = decorator[1] if decorator[0] == "call" else decorator
        # `@root_validator(pre=True)` over `def root_validator`: the class binds the name only after that.
        scope = "" if root_name(called) == one.name else one.owner
        symbol = evaluator.value(file, scope, called).symbol
        if symbol in {ROOT, MODEL}:
            form = root_form(decorator) if symbol == ROOT else model_form(decorator)
            return Validator(file, one.owner, one.name, form, symbol == ROOT)
    return None


def root_form(decorator: Expr) -> Form:
    """When a `@root_validator` runs: `odd` if its arguments are not written out."""
    match decorator:
        case ("call", _, (), keywords):
            given = dict(keywords)
        case ("call", _, _, _):
            return "odd"
        case _:
            return "raises"
    if given.keys() - {"pre", "skip_on_failure", "allow_reuse"}:
        return "odd"
    if any(value not in {("const", True), ("const", False)} for value in given.values()):
        return "odd"
    if given.get("pre") == ("const", True):
        return "before"
    return "after" if given.get("skip_on_failure") == ("const", True) else "raises"


def model_form(decorator: Expr) -> Form:
    match decorator:
        case ("call", _, (), (("mode", ("const", "before" | "after" as mode)),)):
            return "before" if mode == "before" else "after"
    return "odd"


validator_families = Analysis("validator-families", collect, merge)
