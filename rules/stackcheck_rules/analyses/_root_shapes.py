"""Where code spells `__root__`, the field that made a Pydantic 1 model a single value, and how.

Each shape names the expression that must turn out to be such a model, and the edits that make it
right for a `RootModel`. What has no shape is text that nobody can rewrite.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Expr, Span, expr_of, nodes_of, parents_of
from stackcheck_rules.analyses._node_names import last_span
from stackcheck_rules.analyses._root_dumps import ROOT, Edits, dumped, is_root, root_in
from stackcheck_rules.analyses._source_text import SourceText, unwrapped

NEW = "root"
LOADS = {"parse_obj", "model_validate", "validate"}
CONSTRUCTS = {"construct", "model_construct"}
LITERALS = {int: "int", str: "str", float: "float", bool: "bool"}


class Created(NamedTuple):
    """What `create_model("Tags", __root__=(List[str], ...))` gives its root; `name` is what it is bound to."""

    whole: Span
    type: str
    default: str
    kind: Expr = ()
    name: str = ""
    alone: bool = True


class Shape(NamedTuple):
    """`form`: `instance`, `class`, `validator` or `dict` say what `owner` must be; `text` has no owner.

    `covers` are the nodes below whose `__root__` is thereby accounted for. Where the owner is what is called,
    `call` is the whole call.
    """

    form: str
    owner: ast.expr | None
    at: Span
    edits: Edits = ()
    created: Created | None = None
    covers: tuple[ast.AST, ...] = ()
    call: ast.Call | None = None


def shapes_of(tree: ast.Module, source: SourceText) -> dict[ast.AST, Shape]:
    """The shapes of a file by their nodes."""
    if ROOT not in source.text:
        return {node: shape for node in nodes_of(tree) for shape in unread_dumps(node, source)}
    found = {node: shape for node in nodes_of(tree) for shape in shape_of(node, source)}
    names, parents = dict(names_of(tree)), parents_of(tree)
    for node, shape in found.items():
        read = dumped(node, parents, source) if isinstance(node, ast.Call) and shape.form == "dict" else None
        if read is not None and isinstance(node, ast.Call):
            found[node] = shape._replace(form="instance", edits=read.edits, covers=read.covers)
        elif shape.created is not None:
            found[node] = shape._replace(created=shape.created._replace(name=names.get(node, "")))
    covered = {node for shape in found.values() for node in shape.covers if shape.form != "validator"}
    quiet: set[ast.AST] = {node.value for node in nodes_of(tree) if isinstance(node, ast.Expr)}  # docstrings among them
    # `x.dict().get("__root__")` looks like a validator's name.
    found = {node: shape for node, shape in found.items()
             if shape.form != "validator" or covered.isdisjoint(shape.covers)}  # fmt: skip
    quiet |= {node for shape in found.values() for node in shape.covers}
    return {node: shape for node, shape in found.items() if shape.form != "text" or node not in quiet}


def names_of(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """What each assigned value is bound to, where that is one name."""
    for node in nodes_of(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield value, name
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield value, name


def unread_dumps(node: ast.AST, source: SourceText) -> Iterator[Shape]:
    """A call of `dict()` or `dict(x)`: the whole of what it gives."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="dict")):
            yield Shape("dict", owner, source.span(node))
        case ast.Call(func=ast.Name(id="dict"), args=[given], keywords=[]):
            yield Shape("dict", given, source.span(node))


def shape_of(node: ast.AST, source: SourceText) -> Iterator[Shape]:
    match node:
        case ast.Attribute(value=owner, attr=attr) if attr == ROOT:
            span = source.span(node)
            at = last_span(span, ROOT)
            yield Shape("instance", owner, at, ((at, NEW),))
        case ast.Call():
            yield from call_shapes(node, source)
        case ast.Constant(value=str(value)) if ROOT in value:
            yield Shape("text", None, source.span(node))
        case ast.Name(id=name) | ast.arg(arg=name) if name == ROOT and not is_declared(node):
            yield Shape("text", None, source.span(node))


def is_declared(node: ast.AST) -> bool:
    """Whether a name is bound here: declarations in classes are read on their own."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def call_shapes(node: ast.Call, source: SourceText) -> Iterator[Shape]:
    given = next((word for word in node.keywords if word.arg == ROOT), None)
    spread = next((word for word in node.keywords if word.arg is None and root_in(word.value)), None)
    among = next((key for word in node.keywords if word.arg is None for key in root_among(word.value)), None)
    match node.func:
        case _ if given is not None:
            yield keyword_shape(node, given, given.value, source)
        case _ if spread is not None:
            yield keyword_shape(node, spread, root_in(spread.value)[0], source)
        case func if among is not None:
            yield Shape("class", func, source.span(among), covers=(among,), call=node)
        case ast.Attribute(value=owner, attr=attr) if attr in LOADS and len(node.args) == 1 and root_in(node.args[0]):
            value, *covers = root_in(node.args[0])
            edits = unwrapped(value, source.span(node.args[0]), source)
            yield Shape("class", owner, source.span(node.args[0]), edits, covers=(node.args[0], *covers))
        case ast.Attribute(value=owner, attr="copy" | "model_copy"):
            update = next((word.value for word in node.keywords if word.arg == "update"), None)
            for key in root_in(update)[1:] if update is not None else ():
                yield Shape("instance", owner, source.span(key), renamed(key, source), covers=(key,))
        case ast.Attribute(attr="dict") | ast.Name(id="dict"):
            yield from unread_dumps(node, source)
        case ast.Name(id="getattr") if len(node.args) > 1 and is_root(node.args[1]) and renamed(node.args[1], source):
            key = node.args[1]
            yield Shape("instance", node.args[0], source.span(key), renamed(key, source), covers=(key,))
        case ast.Name() | ast.Attribute():
            keys = tuple(arg for arg in node.args if is_root(arg))
            edits = tuple(edit for key in keys for edit in renamed(key, source))
            if keys and len(edits) == len(keys):
                yield Shape("validator", node.func, source.span(keys[0]), edits, covers=keys)


def root_among(node: ast.expr) -> tuple[ast.expr, ...]:
    """The key in a dictionary of several."""
    return tuple(key for key in node.keys if key is not None and is_root(key)) if isinstance(node, ast.Dict) else ()


def renamed(key: ast.expr, source: SourceText) -> Edits:
    """The edit that renames a string; none where it is spelled in a way of its own."""
    span = source.span(key)
    code = source.cut(span)
    if code[1:-1] != ROOT:
        return ()
    return ((Span(span.line, span.column + 1, span.end_line, span.end_column - 1), NEW),)


def keyword_shape(node: ast.Call, word: ast.keyword, value: ast.expr, source: SourceText) -> Shape:
    """`Tags(__root__=value)`, `Tags(**{"__root__": value})`, `Tags.construct(__root__=value)`, `create_model(…)`."""
    whole = source.span(word)
    others = {other.arg for other in node.keywords if other is not word}
    key = root_in(word.value)[1:] if word.arg is None else ()
    created = created_by(value, whole, source)
    if created is not None:
        free = others.isdisjoint({"__base__", "__config__", None}) and len(node.args) == 1
        created = created._replace(alone=free)
    covers = (*key, *([word.value] if key else []))
    match node.func:
        case ast.Attribute(value=cls, attr=attr) if attr in CONSTRUCTS:
            name = Span(*whole[:2], whole.line, whole.column + len(ROOT))
            edits: Edits = ((name, NEW),) if others <= {"_fields_set"} and word.arg else ()
            return Shape("class", cls, whole, edits, covers=covers)
    edits = () if others or node.args else unwrapped(value, whole, source)
    return Shape("class", node.func, whole, edits, created, covers, node)


def created_by(value: ast.expr, whole: Span, source: SourceText) -> Created | None:
    """What `(type, default)` or a mere default says of the root of a created model."""
    match value:
        case ast.Tuple(elts=[kind, default]) if not any(isinstance(node, ast.Constant) and isinstance(node.value, str)
                                                        for node in nodes_of(kind)):  # fmt: skip
            required = isinstance(default, ast.Constant) and default.value is ...
            return Created(whole, source.code(kind), "" if required else source.code(default), expr_of(kind))
        case ast.Constant(value=default) if type(default) in LITERALS:
            return Created(whole, LITERALS[type(default)], source.code(value))
    return None
