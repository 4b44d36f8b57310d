"""Reading the uses of `validator` and `field_validator` in a file, and the fields beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from stackcheck import Outline, definitions, expr_of, root_name
from stackcheck_rules.analyses._blocks import Blocks, blocks_of
from stackcheck_rules.analyses._validator_facts import (
    FUNCTIONS,
    NEW,
    OLD,
    Base,
    Fact,
    Field,
    Function,
    Home,
    Validator,
    Written,
    arguments_of,
    function_of,
    params_of,
)
from stackcheck_rules.analyses._written_names import written

WANTED = ("pydantic.field_validator", "pydantic.ValidationInfo", "pydantic.Field", "pydantic.AfterValidator",
          "pydantic.BeforeValidator", "typing.Annotated", "typing_extensions.Annotated", "typing.Optional")  # fmt: skip
ATTRIBUTE = re.compile(r"\.\s*validator\b")
Numbered = Mapping[ast.AST, str]
Nodes = Sequence[tuple[str, ast.AST]]


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Fact]:
    if OLD not in text:
        return
    names = surfaces(outline)
    numbered: Numbered = dict(zip(definitions(tree), outline.numbered()[1:], strict=True))
    blocks = blocks_of(text)
    found = list(methods(numbered, outline, names, blocks))
    # Few files have the old function: only those are read to the last expression.
    if not (outline.stars or OLD in names.values() or ATTRIBUTE.search(text)):
        yield from found
        return
    nodes = list(scoped(tree, numbered))
    known = {one.at for one in found}
    found += [one for one in calls(nodes, outline, names, blocks) if one.at not in known]
    yield from sorted(found, key=lambda one: one.position)
    if any(one.surface == OLD for one in found):
        yield from beside(found, nodes, numbered, outline, blocks)


def surfaces(outline: Outline) -> dict[str, str]:
    """What the file's names for the two functions are called where they come from."""
    names = {NEW: NEW}
    for scope in outline.scopes.values():
        for local, bindings in scope.bindings.items():
            match bindings[0].expr:
                case ("from" | "attr", _, ("validator" | "field_validator") as name):
                    names[local] = name
    return names | ({OLD: OLD} if outline.stars else {})


def scoped(tree: ast.Module, numbered: Numbered) -> Iterator[tuple[str, ast.AST]]:
    """Every node with the qualname of the definition that it stands in, in no order.

    What a definition evaluates outside itself (decorators, defaults, bases) stands in the scope around it.
    """
    stack: list[tuple[str, ast.AST]] = [("", tree)]
    while stack:
        scope, node = stack.pop()
        yield scope, node
        for name in node._fields:
            value = getattr(node, name, None)
            around = numbered.get(node, scope) if name == "body" else scope
            if type(value) is list:
                stack.extend([(around, item) for item in value if isinstance(item, ast.AST)])
            elif isinstance(value, ast.AST) and value._fields:  # not `Load`, `Add` and their like
                stack.append((around, value))


def surface_of(function: ast.expr, names: Mapping[str, str]) -> str:
    match function:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(attr=("validator" | "field_validator") as name):
            return name
    return ""


def use_of(node: ast.AST, scope: str, names: Mapping[str, str], blocks: Blocks) -> Validator | None:
    """A call of one of the two, before it is known what it decorates."""
    surface = surface_of(node.func, names) if isinstance(node, ast.Call) else ""
    if not isinstance(node, ast.Call) or not surface:
        return None
    fields, options = arguments_of(node)
    at, call = blocks.span(node.func), blocks.piece(node)
    line = blocks.line(at.line)
    return Validator(surface, "", "", expr_of(node.func), scope, at, call, line, fields, options, call.span)


def methods(numbered: Numbered, outline: Outline, names: Mapping[str, str], blocks: Blocks) -> Iterator[Validator]:
    """Functions that are decorated with one of the two."""
    for node, qualname in numbered.items():
        if not isinstance(node, FUNCTIONS):
            continue
        parent = outline.scopes[outline.scopes[qualname].parent]
        for number, decorator in enumerate(node.decorator_list):
            # `@validator("a")` over `def validator`: the class binds the name only after that.
            scope = "" if root_name(expr_of(decorator)) == node.name else parent.qualname
            one = use_of(decorator, scope, names, blocks)
            if one is not None:
                yield one._replace(
                    holder=parent.qualname if parent.form == "class" else "",
                    name=node.name,
                    position=blocks.span(node),
                    function=function_of(node, qualname, outline, blocks) if one.surface == OLD else None,
                    decorators=tuple(map(expr_of, node.decorator_list)),
                    decorator=number,
                )


def calls(nodes: Nodes, outline: Outline, names: Mapping[str, str], blocks: Blocks) -> Iterator[Validator]:
    """Uses that are called with a function, or not at all."""
    applied: dict[ast.AST, ast.Call] = {
        node.func: node for _, node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
    }
    holders = holders_of(nodes, outline)
    for scope, node in nodes:
        one = use_of(node, scope, names, blocks)
        if one is None:
            continue
        whole = applied.get(node)
        holder, name = holders.get(whole, ("", ""))
        one = one._replace(holder=holder, name=name)
        match whole:
            case ast.Call(args=[ast.Lambda(args=args)], keywords=[]):
                yield one._replace(function=Function("", tuple(params_of(args))))
            case ast.Call(args=[given], keywords=[]):
                yield one._replace(given=expr_of(given), argument=blocks.piece(given))
            case _:
                yield one


def holders_of(nodes: Nodes, outline: Outline) -> dict[ast.AST | None, tuple[str, str]]:
    """The class or dict that gets the value of an expression, with the name."""
    holders: dict[ast.AST | None, tuple[str, str]] = {}
    for scope, node in nodes:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as made)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as made)
            ) if outline.scopes[scope].form == "class":
                holders[made] = (scope, name)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(value, ast.Call):
                        holders[value] = (dict_name(node), str(key.value))
    return holders


def dict_name(node: ast.Dict) -> str:
    return f"{{{node.lineno}:{node.col_offset}}}"


def beside(
    found: Sequence[Validator], nodes: Nodes, numbered: Numbered, outline: Outline, blocks: Blocks
) -> Iterator[Fact]:
    """What a fix of these must know of the file."""
    yield Written(tuple((symbol, written(symbol, outline)) for symbol in WANTED))
    given = {one.given[1] for one in found if one.given[0] == "name"}
    read = [node.id for _, node in nodes if isinstance(node, ast.Name) and node.id in given]
    owners = {one.holder for one in found}
    for scope, node in nodes:
        match node:
            case ast.Call(keywords=words):
                passed = {word.arg: word.value for word in words}
                if isinstance(validators := passed.get("__validators__"), ast.Dict):
                    base = passed.get("__base__", ast.Constant(None))
                    yield Base(dict_name(validators), scope, expr_of(base))
    for node, qualname in numbered.items():
        if isinstance(node, FUNCTIONS) and qualname in given:
            yield function_of(node, qualname, outline, blocks)._replace(used=read.count(qualname))
        if isinstance(node, ast.ClassDef) and qualname in owners:
            outer = outermost(node, qualname, numbered, outline)
            yield Home(qualname, blocks.start(outer), blocks.line(outer.lineno)[: outer.col_offset])
            for statement in node.body:
                match statement:
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        yield Field(qualname, name, blocks.lines(statement))


def outermost(node: ast.ClassDef, qualname: str, numbered: Numbered, outline: Outline) -> ast.ClassDef:
    """The class itself, or the one around all those that it stands in: their names are not seen from inside."""
    parent = outline.scopes[qualname].parent
    if outline.scopes[parent].form != "class":
        return node
    around = next(each for each, name in numbered.items() if name == parent)
    assert isinstance(around, ast.ClassDef)
    return outermost(around, parent, numbered, outline)
