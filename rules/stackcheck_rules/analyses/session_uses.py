"""What functions do with sessions: which parameters they wait on, and whom they pass them to."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from stackcheck import Analysis, Expr, Outline, Param, Scope, definitions, span_reader
from stackcheck_rules.analyses.session_blocking import merge
from stackcheck_rules.analyses.session_methods import IO_METHODS
from stackcheck_rules.analyses.session_reads import Uses, read_uses

# Reading every body would cost as much as parsing: most functions are told by their text.
CALL = re.compile(rf"\.(?:{'|'.join(sorted(IO_METHODS))})\(")
BEFORE = re.compile(r"(\w+)\s*$")
ABOUT_SESSIONS = ("ession", "sqlalchemy", "sqlmodel", "Depends")
READING = re.compile(r"\.(?:query|execute|scalars|get)\(\s*[A-Z]")
TESTS = {"pytest", "unittest"}
CONTAINERS = {"dict", "frozenset", "list", "set", "tuple", "type", "Callable", "Dict", "List", "Literal", "Set", "Type"}
# No class of these is a session; a name of `typing` may stand for one.
OTHERS = (sys.stdlib_module_names | {"fastapi", "pydantic", "starlette"}) - {"typing"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Uses]:
    if not TESTS.isdisjoint(outline.imports):
        return
    if not any(word in text for word in ABOUT_SESSIONS) and not READING.search(text):
        return
    called = receivers(text)
    wanted = {scope.number: params_of(scope, outline, called) for scope in outline.functions() if scope.params}
    if not any(wanted.values()):
        return
    span = span_reader(text)
    names = outline.numbered()
    for number, node in enumerate(definitions(tree), start=1):
        params = wanted.get(number)
        if params:
            uses = read_uses(names[number], node.body, params, span)
            if uses is not None:
                yield uses


def receivers(text: str) -> frozenset[str]:
    """Names before `.execute(` and the like."""
    before = [BEFORE.search(text, max(0, match.start() - 40), match.start()) for match in CALL.finditer(text)]
    return frozenset([found[1] for found in before if found])


def params_of(scope: Scope, outline: Outline, called: frozenset[str]) -> frozenset[str]:
    """The parameters of a function that could be sessions."""
    entry = scope.is_async or bool(scope.decorators)
    return frozenset(
        [param.name for param in scope.params if may_be_session(param, outline, entry or param.name in called)]
    )


def may_be_session(param: Param, outline: Outline, used: bool) -> bool:
    """Whether a parameter could be a session, by what its annotation says in this file.

    A class of another module than SQLAlchemy's counts only if `used`: it is seldom an alias of one.
    """
    if param.form in {"*", "**"} or param.name in {"self", "cls"}:
        return False
    if param.default[0] == "call":
        return True
    match param.annotation:
        case ("name", name):
            bindings = outline.module.bindings.get(name)
            if not bindings:
                return bool(outline.stars)
            return any(may_mean_session(binding.expr, used) for binding in bindings)
        case ("attr", *_):
            return used
        case ("index", ("name", name), _):
            return name not in CONTAINERS
        case ("other",):
            return True
    return used


def may_mean_session(expr: Expr, used: bool) -> bool:
    match expr:
        case ("from", module, _):
            top = module.partition(".")[0]
            return top in {"sqlalchemy", "sqlmodel"} or (used and top not in OTHERS)
        case ("class", _):
            return used
    return True


session_uses = Analysis("session-uses", collect, merge)
