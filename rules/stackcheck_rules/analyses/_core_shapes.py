"""Which calls look like the old ones of SQLAlchemy's Core: by their arguments, before anything is followed.

Following names costs as much as parsing, and `select(User)` or `options.update(other)` stand in every file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Set
from functools import cache

from stackcheck import Outline, expr_of, root_name, words_in
from stackcheck_rules.analyses._words import words

OPERATIONS = (ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.UnaryOp)
STRINGS = words("String Text Unicode UnicodeText CHAR VARCHAR NCHAR NVARCHAR TEXT CLOB")
OF_STATEMENTS = words("bind inline prefixes preserve_parameter_order return_defaults returning values whereclause")
# What the constructor of a statement took for one database: `mysql_limit=1`.
DIALECT = re.compile(r"(?:mariadb|mssql|mysql|oracle|postgresql|sqlite)_\w+")
# What creating and dropping takes besides an engine.
EMITTING = words("autoload_replace checkfirst extend_existing only resolve_fks schema tables views")


def names(node: ast.Call) -> set[str]:
    return {word.arg or "**" for word in node.keywords}


def has(*wanted: str) -> Callable[[ast.Call, Outline], bool]:
    """Whether one of some arguments is given by its name."""
    return lambda node, outline: not names(node).isdisjoint(wanted)


def anything(node: ast.Call, outline: Outline) -> bool:
    return bool(node.args or node.keywords)


def nothing(node: ast.Call, outline: Outline) -> bool:
    return not node.args and not node.keywords


def always(node: ast.Call, outline: Outline) -> bool:
    return True


def by_name(node: ast.Call, outline: Outline) -> bool:
    return bool(node.keywords)


def more_than_table(node: ast.Call, outline: Outline) -> bool:
    return len(node.args) + len(node.keywords) > 1


def perhaps_a_list(node: ast.Call, outline: Outline) -> bool:
    """Whether what is selected may be in a list: not a class, nor an attribute, nor `func.count()`."""
    return bool(node.keywords) or any(not is_plain(value, outline) for value in node.args)


def is_plain(value: ast.expr, outline: Outline) -> bool:
    match value:
        case ast.Attribute() | ast.Starred():
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name != "Bundle"
        case ast.Name(id=name):
            bound = outline.module.bindings.get(name, ())
            return bool(bound) and all(binding.expr[0] in {"class", "from"} for binding in bound)
    return False


FUNCTIONS: dict[str, Callable[[ast.Call, Outline], bool]] = {
    **dict.fromkeys(words("select exists case subquery"), perhaps_a_list),
    **dict.fromkeys(words("insert update delete"), more_than_table),
    **dict.fromkeys(words("union union_all intersect intersect_all except_ except_all text DDL"), by_name),
    **dict.fromkeys(words("CreateTable DropTable CreateIndex DropIndex"), by_name),
    **dict.fromkeys(words("and_ or_"), nothing),
    **dict.fromkeys(words("MetaData ThreadLocalMetaData Enum ENUM Sequence Any All"), always),
    **dict.fromkeys(STRINGS, has("convert_unicode", "unicode_error")),
    "Table": has("autoload", "mustexist"),
    "Identity": has("order", "on_null"),
    "create_engine": has("strategy"),
}


def of_dml(node: ast.Call, outline: Outline) -> bool:
    """`users.update(users.c.id == 1)`, and not `options.update(other)` or `session.delete(user)`."""
    if any(name in OF_STATEMENTS or DIALECT.fullmatch(name) for name in names(node)):
        return True
    if not node.args or not isinstance(node.func, ast.Attribute):
        return False
    if isinstance(node.args[0], ast.Constant) and node.args[0].value is not None:
        return False
    owner = expr_of(node.func.value)
    known = root_name(owner) in outline.module.bindings or owner[-1:] == ("__table__",)
    return known or isinstance(node.args[0], OPERATIONS)


def executes_itself(node: ast.Call, outline: Outline) -> bool:
    """`statement.execute()`, and not `session.execute(statement)`."""
    made = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
    return not node.args or isinstance(node.args[0], ast.Dict) or made


def gives_itself(node: ast.Call, outline: Outline) -> bool:
    """`statement.scalar()`, and not `session.execute(statement).scalar()`."""
    match node.func:
        case ast.Attribute(value=ast.Await()) | ast.Attribute(value=ast.Call(func=ast.Attribute(attr="execute"))):
            return False
    return nothing(node, outline)


def without_engine(node: ast.Call, outline: Outline) -> bool:
    return not node.args and names(node) <= EMITTING


def of_ordered(node: ast.Call, outline: Outline) -> bool:
    """`update(…, preserve_parameter_order=True).values(…)`."""
    match node.func:
        case ast.Attribute(value=ast.Call(keywords=given)):
            return any(word.arg == "preserve_parameter_order" for word in given)
    return False


METHODS: dict[str, Callable[[ast.Call, Outline], bool]] = {
    **dict.fromkeys(words("select column with_only_columns as_scalar apply_labels tometadata alias exists"), always),
    **{f"append_{name}": always for name in words("column correlation ddl_listener from group_by having")},
    **{f"append_{name}": always for name in words("order_by prefix whereclause")},
    **dict.fromkeys(words("insert update delete"), of_dml),
    **dict.fromkeys(words("union union_all intersect intersect_all except_ except_all"), by_name),
    **dict.fromkeys(words("create drop create_all drop_all reflect"), without_engine),
    **dict.fromkeys(words("any all distinct params select_from"), anything),
    **dict.fromkeys(words("copy count"), nothing),
    "execute": executes_itself,
    "scalar": gives_itself,
    "values": of_ordered,
}


def starts_of_calls(text: str, functions: Set[str]) -> list[int]:
    """Where calls of some functions and of the methods begin; `functions` are those of a file by their names there."""
    # One search for each name that is there: all of them in one pattern take four times as long.
    present = [name for name in words_in(text) if name in METHODS or name in functions]
    return sorted(match.start() for name in present for match in called(name).finditer(text))


@cache
def called(name: str) -> re.Pattern[str]:
    """A pattern that begins with plain text is found faster than one that begins with a boundary."""
    return re.compile(rf"{name}(?<!\w{name})\(")
