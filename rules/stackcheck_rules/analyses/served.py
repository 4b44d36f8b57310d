"""Which files run inside the server: those that hold its routes, and all that they import.

A file that no route reaches is a script, a migration, a worker or a test, whatever its folder.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from stackcheck import Analysis, Context, Evaluator, Outline
from stackcheck_rules.analyses.routes import VERBS

MAKERS = {"FastAPI", "APIRouter"}
TEST_FOLDERS = {"test", "tests", "testing", "fixtures"}
MIGRATION_FOLDERS = {"alembic", "migrations"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[tuple[str, object]]:
    """The names a file imports, and what could be its routers."""
    for name in dict.fromkeys(outline.imports):
        yield "imports", name
    for scope in outline.functions():
        for decorator in scope.decorators:
            match decorator:
                case ("call", ("attr", router, verb), *_) if verb in VERBS or verb == "websocket":
                    yield "router", (scope.parent, router)
    for name, bindings in outline.module.bindings.items():
        if any(binding.expr[0] == "call" for binding in bindings):
            yield "router", ("", ("name", name))


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[tuple[str, object], ...]]) -> Mapping[str, bool]:
    """Every file that is reached from a router, through imports."""
    waiting = [file for file, found in facts.items() if role_of(file) == "app" and serves(evaluator, file, found)]
    reached: dict[str, bool] = {}
    while waiting:
        file = waiting.pop()
        if file in reached:
            continue
        reached[file] = True
        for word, name in facts.get(file, ()):
            if word == "imports":
                found = evaluator.project.module(str(name), file)
                if found is not None and found in facts:
                    waiting.append(found)
    return reached


def serves(evaluator: Evaluator, file: str, found: tuple[tuple[str, object], ...]) -> bool:
    for word, fact in found:
        if word == "router" and isinstance(fact, tuple):
            scope, expr = fact
            if evaluator.value(file, scope, expr).word in {"router", "app"}:
                return True
    return False


def role_of(file: str) -> str:
    """`test`, `migration` or `app`, by where a file lies."""
    path = PurePosixPath(file)
    folders = set(path.parts[:-1])
    if folders & TEST_FOLDERS or path.name.startswith("test_") or path.name.endswith("_test.py"):
        return "test"
    if path.name == "conftest.py":
        return "test"
    return "migration" if folders & MIGRATION_FOLDERS else "app"


def is_served(ctx: Context) -> bool:
    """Whether the file at hand runs inside the server."""
    return role_of(ctx.file) == "app" and bool(ctx.fact(served, ctx.file))


served = Analysis("served", collect, merge)
