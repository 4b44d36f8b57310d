"""Where code asks which SQLAlchemy it runs on: what stands there supports both and is left alone.

`if SQLALCHEMY_2: … else: …`, `if sqlalchemy.__version__ < "2": …`, `try: from sqlalchemy.orm import
declarative_base` with the old import in the handler.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from stackcheck import Analysis, Outline, Span, nodes_of
from stackcheck_rules.analyses.version_branches import branches_in, names_of

# A test that says so by a name is believed: being silent there costs little.
ASKS = re.compile(
    r"(?:^|_)(?:sqlalchemy|sqla|sa)_?(?:is_|lt_?|le_?|gt_?|ge_?|pre_?)?(?:v?_?[12]|v(?:er|$|_)|maj)|^__version__$", re.I
)
# What stands in every file that asks; plain text is found faster than a pattern.
NAMED = ("sqlalchemy", "SQLALCHEMY", "SQLA", "sqla")
ASKING = (
    "__version__",
    "ImportError",
    "ModuleNotFoundError",
    "hasattr(",
    *(f"{name}_" for name in NAMED),
    "SA_",
    "sa_",
)
MISSING = {"ImportError", "ModuleNotFoundError"}


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[Span]:
    """The spans of the branches, with their tests."""
    if any(name in text for name in NAMED) and any(word in text for word in ASKING):
        yield from branches_in(tree, text, asks_version, is_choice)


def asks_version(test: ast.expr) -> bool:
    for node in nodes_of(test):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if ASKS.search(name):
                return True
            case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id=owner) | ast.Attribute(attr=owner), _]):
                if owner in {"sa", "sqlalchemy", "orm"}:
                    return True
    return False


def is_choice(body: Sequence[ast.stmt], handlers: Sequence[ast.ExceptHandler]) -> bool:
    """Whether a `try` and its handler both import from SQLAlchemy: a fallback, not an optional dependency."""
    caught = {name for handler in handlers for name in names_of(handler.type)}
    return bool(caught & MISSING) and imports(body) and any(imports(handler.body) for handler in handlers)


def imports(statements: Iterable[ast.stmt]) -> bool:
    for statement in statements:
        match statement:
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] == "sqlalchemy":
                return True
            case ast.Import(names=names) if any(alias.name.partition(".")[0] == "sqlalchemy" for alias in names):
                return True
    return False


sqlalchemy_branches = Analysis("sqlalchemy-branches", collect)
