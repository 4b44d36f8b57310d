"""The scanner of TOML against tomli: every statement found, each at its place."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from stackcheck.finding import Span
from stackcheck.formats.toml import TomlDocument, TomlError, TomlStatement, parse_toml

NASTY = {
    "empty": "",
    "only comments": "# a\n\n   # b",
    "no final newline": "a = 1",
    "comment without newline": "a = 1 # end",
    "signs in strings": """a = "x # y = [z] \\" }"\nb = 'C:\\' # c\n"a # b" = 1\n""",
    "quoted keys": """[a."b.c".'d"e']\n"" = 1\n'x.y' = 2\n"\\u00e9\\t" = 3\n""",
    "dots with blanks": "[ a . b ]\nc . \"d\" .e = 1\n  f\t.\tg='x'\n",
    "quotes before the closing ones": 'a = """x"""""\nb = """""""" # c\nc = 1\n',
    "literal quotes before the closing ones": "a = '''x'''''\nb = '''''''' # c\nc = 1\n",
    "headers in basic strings": 'a = """\n[no]\nb = 1 # no\n\\""" \\\\"""\n[d]\n',
    "headers in literal strings": "a = '''\n[[no]]\nb = 1 # no\n\\'''\n[d]\n",
    "comments in arrays": 'a = [ # "[\n  1, # ]\n  # b = 2\n  "#]", [2, ["x"],\n],\n] # end\nb = 2\n',
    "nested inline tables": 'a = { b = [ { c = "}" }, {} ], "d,e" = { f.g = 1 } } # }\nb = 1\n',
    "windows lines": '[a] # x\r\n\r\n# y\r\nb = [\r\n  1,\r\n]\r\nc = """\r\n[no]\r\n"""\r\n',
    "dates with blanks": "a = 1979-05-27 07:32:00 # c\nb = 07:32:00\nc = -inf\nd = 0x1F\n",
    "arrays of tables": "[[a]]\nb = 1\n[a.c]\nd = 1\n[[a]] # again\n[[a.e]]\n[[ a . e ]]\nf = 1\n",
    "array that looks like a header": "a = [\n[1],\n[2]\n]\n[b]\nc = [[\n]]\n",
    "indented": "  [a]\n    b = 1\n\t# about c\n\tc = 2\n",
    "wide letters": 'a = "\U0001f600\u2028\x85" # \U0001f600\nb = 1\n',
    "byte order mark": "\ufeffa = 1\n[b]\n",
}


def rebuilt(text: str, statements: Iterable[TomlStatement]) -> dict[str, Any]:
    root: dict[str, Any] = {}

    def at(path: tuple[str, ...]) -> dict[str, Any]:
        table: Any = root
        for part in path:
            table = table.setdefault(part, {})
            table = table[-1] if isinstance(table, list) else table
        return table

    for statement in statements:
        match statement.kind:
            case "table":
                at(statement.path)
            case "array-table":
                at(statement.table).setdefault(statement.path[-1], []).append({})
            case "value":
                value = tomli.loads(f"value = {text[statement.value_start : statement.end]}")["value"]
                at(statement.path[:-1])[statement.path[-1]] = value
    return root


def without(text: str, statements: Iterable[TomlStatement]) -> str:
    for statement in reversed([*statements]):
        text = text[: statement.line_start] + text[statement.line_end :]
    return text


def own(document: TomlDocument, header: TomlStatement) -> list[TomlStatement]:
    following = document.statements[document.statements.index(header) + 1 :]
    count = next((i for i, s in enumerate(following) if s.kind != "value"), len(following))
    return [header, *following[:count]]


def accepted(text: str) -> bool:
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        return False
    return True


blanks = st.sampled_from(["", " ", "\t "])
comments = st.sampled_from(["", "", " # a", '#"', "  # [x] = '", ' # """'])
names = st.sampled_from(["a", "b", "c-d", "1", '"a"', "'b'", '"x.y"', '"#"', "'\"'", '"\\"]"', '""'])
keys = st.lists(names, min_size=1, max_size=3).flatmap(lambda parts: blanks.map(lambda b: f"{b}.{b}".join(parts)))
letters = st.text(st.sampled_from("ab#[]{}=,.' \u00e9"), max_size=8)
lines = st.text(st.sampled_from("ab#[]{}=,.\n é"), max_size=12)
scalars = st.one_of(
    st.integers().map(str),
    st.sampled_from(["true", "1.5e3", "1979-05-27 07:32:00Z", "''", '""', '"\\\\"', '"\\"#"', "'\\'"]),
    letters.map(lambda s: f'"{s}"'),
    letters.map(lambda s: "'" + s.replace("'", '"') + "'"),
    st.tuples(lines, st.sampled_from(["", '"', '""', '\\"""\\\\'])).map(lambda t: f'"""{t[0]}{t[1]}"""'),
    st.tuples(lines, st.sampled_from(["", "'", "''", '"', "\\"])).map(lambda t: f"'''{t[0]}{t[1]}'''"),
)
gaps = st.sampled_from(["", " ", "\n", " # [\n", "\n\n  # ,]'\n "])


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    text = ",".join(f"{draw(gaps)}{item}{draw(gaps)}" for item in items)
    return f"[{text}{draw(st.sampled_from(['', ','])) if items else ''}{draw(gaps)}]"


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.dictionaries(names, inner, max_size=3))
    return "{" + ", ".join(f"{draw(blanks)}{key} = {item}{draw(blanks)}" for key, item in items.items()) + "}"


values = st.recursive(scalars, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)


@st.composite
def statements(draw: st.DrawFn) -> str:
    before = draw(st.sampled_from(["", "", "\n", "# a\n", "# a\n\n  # b = 1\n", " \t\n"]))
    key, blank = draw(keys), draw(blanks)
    text = draw(
        st.one_of(
            values.map(lambda value: f"{key}{blank}={blank}{value}"),
            st.just(f"[{blank}{key}{blank}]"),
            st.just(f"[[{blank}{key}{blank}]]"),
        )
    )
    return f"{before}{draw(blanks)}{text}{draw(comments)}\n"


@st.composite
def documents(draw: st.DrawFn) -> str:
    text = ""
    for statement in draw(st.lists(statements(), max_size=8)):
        if accepted(text + statement):  # tomli knows which keys may follow each other
            text += statement
    text += draw(st.sampled_from(["", "# end", "\n\n", " "]))
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def holds(text: str) -> None:
    document = parse_toml(text)
    found = document.statements
    readable = text.removeprefix("\ufeff")

    assert document.values == tomli.loads(readable)
    assert rebuilt(text, found) == document.values

    position = 0
    for statement in found:
        between = text[position : statement.line_start]
        assert re.fullmatch(r"\ufeff?([ \t]*(#[^\n]*)?\r?\n)*", between)
        assert position <= statement.line_start <= statement.start < statement.end <= statement.line_end
        position = statement.line_end
    assert (
        tomli.loads("".join(text[s.line_start : s.line_end] for s in found).removeprefix("\ufeff")) == document.values
    )

    for statement in found:
        gone = own(document, statement) if statement.kind == "table" else [statement]
        if statement.kind != "array-table":
            kept = [other for other in found if other not in gone]
            assert tomli.loads(without(text, gone).removeprefix("\ufeff")) == rebuilt(text, kept)
        value = document.value(*statement.path)
        if statement.kind == "value" and isinstance(value, list):
            items = [text[item.start : item.end] for item in document.items(statement)]
            assert [tomli.loads(f"item = {item}")["item"] for item in items] == value
        if statement.kind == "value" and isinstance(value, dict):
            pairs = "\n".join(text[item.start : item.end] for item in document.items(statement))
            assert tomli.loads(pairs) == value


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_nasty_document_is_taken_apart(text: str) -> None:
    holds(text)


@settings(deadline=None)
@given(documents())
def test_any_document_is_taken_apart(text: str) -> None:
    holds(text)


def test_statement_tells_its_path_and_offsets() -> None:
    text = '[tool.ruff]\n# why\nlint . "x.y" = [\n  1,\n]  # end\nz = 2\n'
    header, statement, _ = parse_toml(text).statements

    assert (header.kind, header.path, header.table) == ("table", ("tool", "ruff"), ("tool",))
    assert header.span == Span(1, 1, 1, 12)
    assert statement.path == ("tool", "ruff", "lint", "x.y")
    assert (statement.key, statement.table) == (("lint", "x.y"), ("tool", "ruff"))
    assert statement.span == Span(3, 1, 3, 13)
    assert [text[part] for part in statement.parts] == ["l", '"']
    assert text[statement.start : statement.key_end] == 'lint . "x.y"'
    assert text[statement.value_start : statement.end] == "[\n  1,\n]"
    assert text[statement.line_start : statement.line_end] == text[12:-6]


def test_comments_belong_to_the_statement_right_below() -> None:
    text = "# the file\n\n# the table\n[a]\n# b, in\n# two lines\nb = 1\n# nothing\n\nc = 1\n"
    lines = [text[s.line_start : s.line_end] for s in parse_toml(text).statements]

    assert lines == ["# the table\n[a]\n", "# b, in\n# two lines\nb = 1\n", "c = 1\n"]


def test_find_falls_back_on_the_value_that_contains_the_path() -> None:
    document = parse_toml('[tool]\nruff = { select = ["E"] }\n[tool.black.x]\n')

    assert document.find("tool", "ruff", "select") == document.statements[1]
    assert document.find("tool", "black") == document.statements[2]
    assert document.find("tool", "black", "y") is None
    assert document.value("tool", "ruff", "select") == ["E"]
    assert document.value("tool", "ruff", "select", "x") is None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\r\nb = = 2\n", 2, 5),
        ("a = [1,\n", 2, 1),
        ("a = 1\na = 2\n", 2, 6),
        ("a = " + "[" * 5000, 1, 1),
    ],
    ids=["sign", "end of file", "twice", "too deep"],
)
def test_error_says_where(text: str, line: int, column: int) -> None:
    with pytest.raises(TomlError) as caught:
        parse_toml(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message
