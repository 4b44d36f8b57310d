"""Which findings a comment silences, held against the ruff that is installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stackcheck.check.suppressions import noqa_line, read_suppressions, silences, silencing

# E711 and F401 are rules of ruff that report at a place we can choose; ours stand in for them.
STAND_INS = {"E711": "STK101", "F401": "STK102"}

AS_RUFF = [
    # the spelling of the marker
    "x = y == None\n",
    "x = y == None  # noqa\n",
    "x = y == None  # noqa: E711\n",
    "x = y == None  #noqa:E711\n",
    "x = y == None  # NoQA : E711\n",
    "x = y == None  # text # noqa: E711\n",
    "x = y == None  # text noqa: E711\n",
    "x = y == None  ## noqa: E711\n",
    "x = y == None  # noqa E711\n",
    "x = y == None  # noqa F401\n",
    "x = y == None  # noqa# F401\n",
    "x = y == None  # noqaE711\n",
    "x = y == None  # noqa; E711\n",
    "x = y == None  # noqa: F401  # noqa: E711\n",
    "x = y == None  # noqa: # noqa: E711\n",
    # the list of codes
    "x = y == None  # noqa: F401\n",
    "x = y == None  # noqa: F401,E711\n",
    "x = y == None  # noqa: F401 E711\n",
    "x = y == None  # noqa: F401 , E711\n",
    "x = y == None  # noqa: , E711\n",
    "x = y == None  # noqa: E711,,F401\n",
    "x = y == None  # noqa: E711,,\n",
    "x = y == None  # noqa: F401E711\n",
    "x = y == None  # noqa: E711 because\n",
    "x = y == None  # noqa: E711 - Because\n",
    "x = y == None  # noqa: E711#because\n",
    "x = y == None  # noqa: because E711\n",
    "x = y == None  # noqa: E711.\n",
    "x = y == None  # noqa: E711; because\n",
    "x = y == None  # noqa: E711because\n",
    "x = y == None  # noqa: E711BECAUSE\n",
    "x = y == None  # noqa: e711\n",
    "x = y == None  # noqa: E\n",
    "x = y == None  # noqa: none-comparison\n",
    "x = y == None  # noqa:\n",
    # strings over several lines
    'x = (y == None, """\n  # noqa: E711\n""")\n',
    'x = (y == None, """\n""")  # noqa: E711\n',
    'x = (y == None, """  # noqa: E711\n""")\n',
    'x = """\n""" + str(y == None)  # noqa: E711\n',
    'x = (y == None, """\n""", """\n""")  # noqa: E711\n',
    'x = (y == None, """\n""",  # noqa: E711\n"""\n""")\n',
    'x = (y == None, rb"""\n""")  # noqa: E711\n',
    'x = (y == None, f"""{\nz}\n""")  # noqa: E711\n',
    "x = (y == None, f'''{f\"\"\"\n\"\"\"}\n''')  # noqa: E711\n",
    "x = (y == None, f'{\nz}')  # noqa: E711\n",
    "x = (y == None, f'{  # noqa: E711\nz}')\n",
    "x = (y == None, f'{z}')  # noqa: E711\n",
    "x = (y == None, 'a\\\nb')  # noqa: E711\n",
    "x = (y == None, 'a\\\nb', z == None)  # noqa: E711\n",
    "x = (y == None, f'a\\\nb')  # noqa: E711\n",
    '"""A docstring.\n"""\nx = y == None  # noqa: E711\n',
    # continuations
    "x = y == None, \\\n    1  # noqa: E711\n",
    "x = y == None, \\\n    1, \\\n    z == None  # noqa: E711\n",
    "x = (y == None, \\\n    1,\n    z == None)  # noqa: E711\n",
    'x = y == None, \\\n    """\n"""  # noqa: E711\n',
    'x = """\n""", y == None, \\\n    1  # noqa: E711\n',
    "if y:\n    pass\n\\\n\nx = y == None  # noqa: E711\n",
    # brackets
    "x = (  # noqa: E711\n    y == None,\n)\n",
    "x = (\n    y == None,  # noqa: E711\n)\n",
    "x = (\n    y == None,\n)  # noqa: E711\n",
    "x = (\n    # noqa: E711\n    y == None,\n)\n",
    "# noqa: E711\nx = y == None\n",
    "def f(  # noqa: E711\n    x=y == None,\n): pass\n",
    # imports
    "import os  # noqa: F401\n",
    "from a import (  # noqa: F401\n    b,\n    c,\n)\n",
    "from a import (  # noqa\n    b,\n    c,\n)\n",
    "from a import (\n    b,  # noqa: F401\n    c,\n)\n",
    "from a import (\n    b,\n    c,\n)  # noqa: F401\n",
    "from a import b, \\\n    c  # noqa: F401\n",
    "if x: from a import (  # noqa: F401\n    b,\n)\n",
    "def f():\n    from a import (  # noqa: F401\n        b,\n    )\n",
    "import a; from a import (  # noqa: F401\n    b,\n)\n",
    # the whole file
    "x = y == None\n# ruff: noqa\n",
    "x = y == None\n# ruff: noqa: E711\n",
    "x = y == None\n# ruff: noqa: F401\n",
    "x = y == None\n#flake8:NOQA:E711\n",
    "x = y == None\n# flake8: noqa\n",
    "x = y == None\n# Ruff: noqa\n",
    "x = y == None\n# ruff: noqa: e711\n",
    "x = y == None\n# text # ruff: noqa\n",
    "x = y == None  # ruff: noqa\n",
    "x = y == None  # ruff: noqa  # noqa: E711\n",
    "if y:\n    x = y == None\n    # ruff: noqa\n",
    "if y:\n    # ruff: noqa\n    x = y == None\n",
    "x = (\n    # ruff: noqa: E711\n    y == None\n)\n",
    '"""\n# ruff: noqa\n"""\nx = y == None\n',
    # odd files
    "#!/usr/bin/env python\nx = y == None  # noqa: E711\n",
    '#!/usr/bin/env python\n"""\n"""\nx = y == None  # noqa: E711\n',
    "x = 1\ry = x == None  # noqa: E711\rz = x == None\r",
    "x = 1\r\ny = x == None  # noqa: E711\r\nz = x == None\r\n",
    "x = 1\n\x0c\ny = x == None  # noqa: E711\nz = x == None\n",
    "\x0cy = x == None  # noqa: E711\n\x0c# ruff: noqa: E711\nz = x == None\n",
    "x = '\x85\u2028'; y = x == None  # noqa: E711\nz = x == None\n",
    "x = 1\ny = x == None  # noqa: E711",
]


ROUTE = """\
# stackcheck: ignore[STK101]

# why
@router.get(
    "/",
)
@other
def f(
    x,
):
    y = x
"""

# The source, and the lines on which it silences STK101, the rule `class-config`.
OURS = [
    ("x = 1  # stackcheck: ignore[STK101]\ny = 2\n", [1]),
    ("x = 1  #stackcheck:ignore[ STK102 ,STK101, ] because\n", [1]),
    ("x = 1  # stackcheck: ignore[class-config]\n", [1]),
    ("x = 1  # StackCheck: Ignore[STK101]\n", [1]),
    ("x = 1  # text  # stackcheck: ignore[STK102]  # stackcheck: ignore[STK101]\n", [1]),
    ("x = 1  # stackcheck: ignore[STK1]\n", []),
    ("x = 1  # stackcheck: ignore[stk101]\n", []),
    ("x = 1  # text stackcheck: ignore[STK101]\n", []),
    ("x = '# stackcheck: ignore[STK101]'\n", []),
    ('"""\n# stackcheck: ignore[STK101]\n"""\nx = 1\n', []),
    ('x = """\n"""  # stackcheck: ignore[STK101]\ny = 2\n', [1, 2]),
    ("x = 1, \\\n    2  # stackcheck: ignore[STK101]\n", [1, 2]),
    ("f(  # stackcheck: ignore[STK101]\n    x,\n)\n", [1]),
    ("from a import (  # stackcheck: ignore[STK101]\n    b,\n)\nx = 1\n", [1, 2, 3]),
    ("# stackcheck: ignore[STK101]\nx = 1\ny = 2\n", [1, 2]),
    ("# stackcheck: ignore[STK101]\nx = f(\n    1,\n)\ny = 2\n", [1, 2, 3, 4]),
    ("# stackcheck: ignore[STK102]\n# stackcheck: ignore[STK101]\n\n# why\nx = 1\n", [2, 3, 4, 5]),
    ("class A:\n    # stackcheck: ignore[STK101]\n    class Config:\n        x = 1\n", [2, 3]),
    ("if x:\n    y = 1\n    # stackcheck: ignore[STK101]\nz = 1\n", [3, 4]),
    (ROUTE, list(range(1, 11))),
    ("@a\n# stackcheck: ignore[STK101]\ndef f():\n    pass\n", [2, 3]),
    ("f(\n    # stackcheck: ignore[STK101]\n\n    # why\n    x,\n    y,\n)\n", [2, 3, 4, 5]),
    ("f(\n    x,\n    # stackcheck: ignore[STK101]\n)\ny = 1\n", [3, 4]),
    ("x = 1\n# stackcheck: ignore[STK101]\n", []),
    ("x = 1\n# stackcheck: file-ignore[STK101]\n", [1, 2]),
    ("if x:\n    # stackcheck: file-ignore[class-config] because\n    pass\n", [1, 2, 3]),
    ("x = 1  # stackcheck: ignore[STK101]\rx = 2\ry = 3\r", [1]),
    ("x = '\x0c\x1c\x85\u2028'\n\x0cx = 2  # stackcheck: ignore[STK101]\nx = 3\n", [2]),
]

MALFORMED = [
    "x = 1  # stackcheck: ignore\n",
    "x = 1  # stackcheck: ignore STK101\n",
    "x = 1  # stackcheck: ignore[]\n",
    "x = 1  # stackcheck: ignore[STK101\n",
    "x = 1  # stackcheck: ignore[STK101 STK102]\n",
    "x = 1  # stackcheck: ignore[,STK101]\n",
    "x = 1  # stackcheck: ignore[101]\n",
    "x = 1  # stackcheck: ignores[STK101]\n",
    "x = 1  # stackcheck: noqa[STK101]\n",
    "x = 1  # stackcheck: file-ignore[STK101]\n",
    "x = 1  # ruff: noqa: STK101\n",
    "x = 1  # noqa: STK101.\n",
    "# stackcheck: file-ignore\nx = 1\n",
]

# Sources that no tokenizer reads to the end, of which one line silences STK101.
BROKEN = [
    ("x = (  # noqa: STK101\n", 1),
    ("x = (\ny = 1  # text  # noqa\n", 2),
    ('"""\nx = 1  # stackcheck: ignore[STK101]\n', 2),
    ("x = (\n    # stackcheck: ignore[STK101]\ny = 1\nz = 2\n", 3),
    ("if x:\n        y\n    z = 1  # noqa: STK101\n", 3),
    ("x = '\0'\ny = 1  # noqa\n", 2),
]


@pytest.mark.parametrize(("source", "expected"), OURS)
def test_a_comment_of_ours_silences_its_lines(source: str, expected: list[int]) -> None:
    suppressions = read_suppressions(source)

    silenced = [line for line in lines_of(source) if silences(suppressions, "STK101", "class-config", line)]

    assert silenced == expected
    assert suppressions.warnings == ()
    assert not any(silences(suppressions, "STK199", "other-rule", line) for line in lines_of(source))


@pytest.mark.parametrize("source", MALFORMED)
def test_a_malformed_comment_warns_and_silences_nothing(source: str) -> None:
    suppressions = read_suppressions(source)

    assert [line for line, _ in suppressions.warnings] == [1]
    assert not any(silences(suppressions, "STK101", "class-config", line) for line in lines_of(source))


def test_a_warning_shows_the_comment_and_what_was_expected() -> None:
    suppressions = read_suppressions("x = 1\ny = 2  # why # stackcheck: ignore[STK101 STK102]\n")

    ((line, text),) = suppressions.warnings

    assert line == 2
    assert text.startswith("Invalid `# stackcheck: ignore[STK101 STK102]`: expected `ignore[STK101]` or")


@pytest.mark.parametrize(("source", "expected"), BROKEN)
def test_a_file_that_cannot_be_tokenized_is_read_line_by_line(source: str, expected: int) -> None:
    suppressions = read_suppressions(source)

    silenced = [line for line in lines_of(source) if silences(suppressions, "STK101", "", line)]

    assert silenced[-1:] == [expected]
    assert noqa_line(suppressions, expected) == expected


def test_a_file_without_a_directive_is_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenize.generate_tokens", None)

    assert not silences(read_suppressions("x = 1  # text\n"), "STK101", "class-config", 1)


def test_a_noqa_counts_at_the_end_of_a_string_in_a_file_without_one() -> None:
    suppressions = read_suppressions('x = 1\ny = f(z, """\n\n""")\n')

    assert [noqa_line(suppressions, line) for line in (1, 2, 3, 4, 5)] == [1, 4, 4, 4, 5]


def test_reading_a_file_warns_of_nothing_in_its_strings() -> None:
    suppressions = read_suppressions("x = f'\\}}' + '\\d'\ny = f(\n)  # noqa\n")

    with warnings.catch_warnings(record=True, action="always") as raised:
        silenced = [line for line in (1, 2, 3) if silences(suppressions, "STK101", "class-config", line)]

    assert silenced == [3]
    assert raised == []


def test_a_comment_inside_an_f_string_silences_nothing() -> None:
    suppressions = read_suppressions('x = f"""{\n    # ruff: noqa\n    y  # noqa\n}"""\n')

    assert not any(silences(suppressions, "STK101", "class-config", line) for line in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("comment", "text"),
    [
        ("# noqa: STK101,F401 because", "# noqa: STK101,F401"),
        ("# noqa because", "# noqa"),
        ("# stackcheck: ignore[STK101] because", "# stackcheck: ignore[STK101]"),
    ],
)
def test_the_directive_that_silences_is_found_in_the_source(comment: str, text: str) -> None:
    line = f"x = 'é'  # why {comment}"

    found = silencing(read_suppressions(line), "STK101", "class-config", 1)

    assert found is not None
    assert (found.line, found.text) == (1, text)
    assert line[found.column - 1 :].startswith(text)


@given(
    st.text() | st.lists(st.sampled_from([*"#'\"\\\n\r\f\0([{}])@:, f", "noqa", "stackcheck: ignore[A1]"])).map("".join)
)
def test_any_text_can_be_read(text: str) -> None:
    suppressions = read_suppressions(f"{text}# noqa: A1")

    assert isinstance(suppressions.warnings, tuple)
    assert noqa_line(suppressions, 1) >= 1


def lines_of(source: str) -> range:
    return range(1, len(re.findall(r"\r\n?|\n", source)) + 1)


def test_every_comment_counts_where_ruff_counts_it(tmp_path: Path) -> None:
    for number, snippet in enumerate(AS_RUFF):
        (tmp_path / f"{number:03}.py").write_text(snippet, encoding="utf-8", newline="")

    everything, _ = run_ruff(tmp_path, "--ignore-noqa")
    reported, warned = run_ruff(tmp_path)

    ruff_says = {(finding, finding not in reported, finding.noqa_row) for finding in everything}
    we_say = set()
    for finding in everything:
        suppressions = read_suppressions(with_our_codes(AS_RUFF[finding.snippet]))
        silenced = silences(suppressions, STAND_INS[finding.code], "", finding.row)
        we_say.add((finding, silenced, noqa_line(suppressions, finding.row)))
    assert [(AS_RUFF[one[0].snippet], one) for one in sorted(we_say - ruff_says)] == []
    assert {finding.snippet for finding in everything} == set(range(len(AS_RUFF)))
    our_warnings = [
        (number, line)
        for number, snippet in enumerate(AS_RUFF)
        for line, _ in read_suppressions(with_our_codes(snippet)).warnings
    ]
    assert our_warnings == sorted(warned)


class Reported(NamedTuple):
    snippet: int
    code: str
    row: int
    column: int
    noqa_row: int


def run_ruff(folder: Path, *options: str) -> tuple[set[Reported], set[tuple[int, int]]]:
    """What ruff reports, and the snippets and lines of which it warns."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--target-version", "py314"]
    ruff = subprocess.run(
        [*command, "--output-format", "json", "--select", ",".join(STAND_INS), *options, "."],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ruff.returncode == 1, ruff.stderr
    reported = {
        Reported(
            int(Path(item["filename"]).stem),
            item["code"],
            item["location"]["row"],
            item["location"]["column"],
            item["noqa_row"],
        )
        for item in json.loads(ruff.stdout)
    }
    warned = re.findall(r"^warning: .*?(\d+)\.py:(\d+)", ruff.stderr, re.MULTILINE)
    return reported, {(int(snippet), int(line)) for snippet, line in warned}


def with_our_codes(snippet: str) -> str:
    for theirs, ours in STAND_INS.items():
        snippet = snippet.replace(theirs, ours)
    return snippet
