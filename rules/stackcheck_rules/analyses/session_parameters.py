"""Parameters that could be a session without anything that makes one for each call."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, span_reader
from stackcheck_rules.analyses._references import Reference, read_files, references
from stackcheck_rules.analyses.global_sessions import TROUBLE
from stackcheck_rules.analyses.served import role_of

ABOUT = ("ession", "connect(", "cursor(")
# Calls that stand for a default in FastAPI, and those of plain Python; no session is among them.
OTHERS = {"Body", "Cookie", "Depends", "Field", "File", "Form", "Header", "Path", "Query", "Security", "dict", "field",
          "frozenset", "int", "list", "object", "set", "str", "tuple"}  # fmt: skip


class SessionParameter(NamedTuple):
    """`default` stands at `given`; both are None where there is none."""

    function: str
    name: str
    annotation: Expr
    default: Expr | None
    span: Span
    given: Span | None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[SessionParameter]:
    if not any(word in text for word in ABOUT):
        return
    scopes, nodes = list(outline.scopes.values()), definitions(tree)
    span = span_reader(text)
    for scope in scopes:
        wanted = [param for param in scope.params if may_be_session(param.annotation, param.default, scope.decorators)]
        if not wanted:
            continue
        node = nodes[scope.number - 1]
        assert not isinstance(node, ast.ClassDef)
        given = dict(defaults_of(node))
        for param in wanted:
            value = given.get(param.name)
            place = span(value) if value is not None else None
            default = param.default if value is not None else None
            yield SessionParameter(scope.qualname, param.name, param.annotation, default, param.span, place)


def may_be_session(annotation: Expr, default: Expr, decorators: tuple[Expr, ...]) -> bool:
    match default:
        case ("call", ("name", name) | ("attr", _, name), *_):
            return name not in OTHERS
        case ("name", _) | ("attr", *_):
            return True
        case ("other",) | ("const", None):
            return bool(decorators) and annotation[0] in {"name", "attr"} and "Session" in str(annotation[-1])
    return False


def defaults_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The default of each parameter that has one."""
    positional = [*node.args.posonlyargs, *node.args.args]
    values = node.args.defaults
    yield from zip([arg.arg for arg in positional[len(positional) - len(values) :]], values, strict=True)
    for arg, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if value is not None:
            yield arg.arg, value


def merge(
    evaluator: Evaluator, facts: Mapping[str, tuple[SessionParameter, ...]]
) -> Mapping[tuple[str, str, str], bool]:
    """(file, function, name) of those with a session for a default that every call of the function passes anew."""
    found = {}
    files = None
    for file, params in facts.items():
        for param in params if role_of(file) == "app" else ():
            scope = evaluator.project.scope(file, param.function)
            if param.default is None or scope is None or scope.parent or scope.decorators:
                continue
            if evaluator.value(file, "", param.default).word in TROUBLE:
                files = files or read_files(evaluator, facts)
                position = next(at for at, one in enumerate(scope.params) if one.name == param.name)
                reads = references((file, param.function), files)
                found[file, param.function, param.name] = bool(reads) and all(
                    passes(read, position, param.name) for read in reads or ()
                )
    return found


def passes(read: Reference, position: int, name: str) -> bool:
    """Whether a reference is a call with an argument at a position or under a name."""
    match read.parent:
        case ast.Call(func=func, args=args, keywords=words) if func is read.node:
            if any(isinstance(given, ast.Starred) for given in args):
                return False
            return len(args) > position or any(word.arg == name for word in words)
    return False


session_parameters = Analysis("session-parameters", collect, merge)
