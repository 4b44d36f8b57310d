"""Whether a project uses SQLAlchemy with asyncio: by the imports of its files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from stackcheck import Analysis, Evaluator, Outline

HOMES = ("sqlalchemy.ext.asyncio", "sqlmodel.ext.asyncio")


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[bool]:
    if any(name.startswith(HOMES) for name in outline.imports):
        yield True


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[bool, ...]]) -> Mapping[str, bool]:
    """`any` is there if some file of the project imports it."""
    return {"any": True} if any(facts.values()) else {}


async_projects = Analysis("async-projects", collect, merge)
