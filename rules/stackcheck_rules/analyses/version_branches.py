"""Where code asks which Pydantic it runs on: what stands there supports both and is left alone.

`if PYDANTIC_V2: … else: …`, `hasattr(model, "model_dump")`, `try: … except ImportError: …`; with an
early `return` in the branch, what follows it too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from stackcheck import Analysis, Outline, Span, nodes_of, nodes_of_type, span_reader

V1 = {"construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json",
      "update_forward_refs", "validate", "__fields__", "__fields_set__", "__config__", "__root__"}  # fmt: skip
V2 = {"model_construct", "model_copy", "model_dump", "model_dump_json", "model_fields", "model_fields_set",
      "model_config", "model_json_schema", "model_rebuild", "model_validate", "model_validate_json"}  # fmt: skip
# A test that says so by a name is believed: being silent there costs little.
ASKS = re.compile(
    r"(?i:pydantic_?(?:v?\d|ver|maj|is|v\b))|PYDANTIC|(?:^|_)(?:IS_)?V[12](?:_|$)|^VERSION$|^__version__$"
    r"|(?:^|_)is_v[12](?:_|$)|(?:^|_)v[12]_model"
)
# What stands in every file that asks; plain text is found faster than a pattern.
BESIDE_PYDANTIC = ("VERSION", "__version__", "ImportError", "ModuleNotFoundError", "ydantic_", "YDANTIC", "is_v")
BESIDE_METHODS = ("hasattr(", "getattr(", "AttributeError")
OF_ITSELF = ("_V1", "_V2", "V1_", "V2_", "is_v1", "is_v2", "v1_model", "v2_model")
MISSING = {"ImportError", "ModuleNotFoundError", "AttributeError"}
LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Span]:
    """The spans of the branches, with their tests."""
    if may_ask(text):
        yield from branches_in(tree, text, asks_version, is_choice)


def branches_in(
    tree: ast.Module,
    text: str,
    asks: Callable[[ast.expr], bool],
    chooses: Callable[[Sequence[ast.stmt], Sequence[ast.ExceptHandler]], bool],
) -> Iterator[Span]:
    """The statements and expressions of a file that have a way for each release, by what tells one."""
    span = span_reader(text)
    for statement in nodes_of_type(tree, ast.If):
        if asks(statement.test):
            yield span(statement)
            if isinstance(statement.body[-1], LEAVES):
                yield from map(span, after(statement, tree))
    yield from (span(choice) for choice in nodes_of_type(tree, ast.IfExp) if asks(choice.test))
    for tried in nodes_of_type(tree, ast.Try):
        if tried.handlers and chooses(tried.body, tried.handlers):
            yield span(tried)


def may_ask(text: str) -> bool:
    pydantic, methods = "ydantic" in text or "YDANTIC" in text, "model_" in text or "__fields" in text
    words = (*OF_ITSELF, *(BESIDE_PYDANTIC if pydantic else ()), *(BESIDE_METHODS if pydantic or methods else ()))
    return any(word in text for word in words)


def asks_version(test: ast.expr) -> bool:
    for node in nodes_of(test):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if ASKS.search(name):
                return True
            case ast.Call(func=ast.Name(id="hasattr" | "getattr"), args=[_, ast.Constant(value=str(name)), *_]):
                if name in V1 | V2:
                    return True
    return False


def is_choice(body: Sequence[ast.stmt], handlers: Sequence[ast.ExceptHandler]) -> bool:
    """Whether a `try` has one way for each version: imports of Pydantic, or both spellings of a method."""
    caught = {name for handler in handlers for name in names_of(handler.type)}
    if not caught & MISSING:
        return False
    tried = {name for statement in body for name in spelled(statement)}
    instead = {name for handler in handlers for statement in handler.body for name in spelled(statement)}
    if caught & {"ImportError", "ModuleNotFoundError"} and any(map(imports_pydantic, body)):
        return True
    return bool((tried & V2 and instead & V1) or (tried & V1 and instead & V2))


def names_of(caught: ast.expr | None) -> Iterable[str]:
    return (node.id for node in nodes_of(caught) if isinstance(node, ast.Name)) if caught else ()


def spelled(statement: ast.stmt) -> Iterator[str]:
    return (node.attr for node in nodes_of(statement) if isinstance(node, ast.Attribute))


def imports_pydantic(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module=str(module)):
            return module.partition(".")[0] in {"pydantic", "pydantic_settings", "pydantic_core"}
        case ast.Import(names=names):
            return any(alias.name.partition(".")[0].startswith("pydantic") for alias in names)
    return False


def after(node: ast.If, tree: ast.Module) -> Iterator[ast.stmt]:
    """What follows a statement in its block."""
    for parent in nodes_of(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                yield from block[block.index(node) + 1 :]


version_branches = Analysis("version-branches", collect)
