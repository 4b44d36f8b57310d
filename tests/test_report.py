"""The reports beside ruff's own: ruff's findings, put through our renderers, read as ruff prints them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackcheck.finding import Diagnostic, FileEdit, Place, ProposedFix, Related, Span, TextEdit
from stackcheck.report.as_json import render_json, render_json_lines
from stackcheck.report.colour import wants_colour
from stackcheck.report.concise import render_concise
from stackcheck.report.diff import render_diff
from stackcheck.report.full import render_full
from stackcheck.report.place import Lines, shown_path
from stackcheck.report.summary import (
    render_first_run_table,
    render_fix_summary,
    render_show_fixes,
    render_statistics,
    render_summary,
)

LONG = "value = " + " + ".join(f"number_{index}" for index in range(40))
FILES = {
    "first_and_last.py": "import os\nx = 1\nimport sys",
    "no_fix.py": "try:\n    x = 1\nexcept:\n    raise\n",
    "unsafe.py": "x = 1\n\n\nif x == None:\n    x = 2\n",
    "display_only.py": "x = 1\n# print(x)\ny = 2\n",
    "multi_line.py": "def f():\n    if 1:\n        return dict(\n            a=1,\n\n            b=2,\n)\n",
    "whole_lines.py": "import sys\nimport os\n\nprint(os, sys)\n",
    "at_the_end.py": "import sys\nimport os\nprint(os, sys)\n\n\n",
    "multi_edit.py": "from typing import List, Optional\n\n\ndef f(a: Optional[List[int]]) -> None: ...\n",
    "far_edits.py": "from typing import List\n" + "x = 1\n" * 12 + "def f(a: List[int]) -> None: ...\n",
    "tabs_and_wide.py": 'def f(x):\n\ty = "日本語"; return x == None\n',
    "controls.py": 'x = "\x07\x1b\x7f"\nif x == None:\n    pass\n',
    "separators.py": 'x = "\x0c\u2028\x85"\nimport os\n',
    "crlf.py": "import os\r\nx = 1\r\nif x == None:\r\n    pass\r\n",
    "mac.py": "x = 1\ry = 2\rif x == None:\r    pass\r",
    "long.py": f"{LONG}\n{LONG} == None\n",
    "deep.py": "def f():\n" + "".join(" " * 4 * n + "if True:\n" for n in range(1, 12)) + " " * 48 + "x == None\n",
    "gone.py": "import os\n",
    "ten_lines.py": "x = 1\n" * 8 + "import os\nx = 2\n",
    "two_digits.py": "x = 1\n" * 8 + "x = 1 ;\nx = 2\nx = 3\n",
    "broken.py": "def f(:\n    pass\n",
}
SELECT = "--select=E,F,I001,B,C4,UP,ERA,W,RET"


def ruff(cwd: Path, *options: str) -> str:
    scripts = Path(sysconfig.get_path("scripts")) / "ruff"
    program = shutil.which("ruff") or (str(scripts) if scripts.exists() else None)
    assert program, "ruff is a development dependency"
    command = [program, "check", "--isolated", "--no-cache", *options]
    out = subprocess.run(command, cwd=cwd, capture_output=True, check=False).stdout.decode()
    # The one finding without a code has a name in its place, and a colon after it.
    return out.replace("invalid-syntax:", "invalid-syntax").replace("invalid-syntax\x1b[0m:", "invalid-syntax\x1b[0m")


def as_diagnostics(found: list[dict[str, Any]], texts: dict[Path, str]) -> list[Diagnostic]:
    def offset(lines: Lines, place: dict[str, int]) -> int:
        return lines.starts[place["row"] - 1] + place["column"] - 1

    diagnostics = []
    for one in found:
        path = Path(one["filename"])
        lines = Lines(texts.setdefault(path, path.read_bytes().decode()))
        fix = None
        if one["fix"]:
            edits = tuple(
                TextEdit(offset(lines, edit["location"]), offset(lines, edit["end_location"]), edit["content"])
                for edit in one["fix"]["edits"]
            )
            applicability = one["fix"]["applicability"].removesuffix("only")
            fix = ProposedFix(applicability, one["fix"]["message"], edits)
        start, end = one["location"], one["end_location"]
        span = Span(start["row"], start["column"], end["row"], end["column"])
        diagnostics.append(
            Diagnostic(
                path,
                span,
                one["code"],
                one["name"],
                one["message"],
                fix=fix,
                noqa_line=one["noqa_row"] or 0,
            )
        )
    return diagnostics


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project").resolve()
    (root / "pkg").mkdir()
    for name, text in FILES.items():
        (root / "pkg" / name).write_bytes(text.encode())
    return root


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    return {}


@pytest.fixture(scope="module")
def from_ruff(project: Path, texts: dict[Path, str]) -> list[Diagnostic]:
    return as_diagnostics(json.loads(ruff(project, SELECT, "--output-format=json")), texts)


def findings_of(page: str) -> list[str]:
    """The findings of a full report without the summary, and without the help of what has no fix."""
    return re.split(r"\n\n(?=\S)", page.replace("\r\n", "\n"))


def without_colour(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


@pytest.mark.parametrize("unsafe", [False, True])
def test_full_reads_as_ruffs(project: Path, texts: dict[Path, str], from_ruff: list[Diagnostic], unsafe: bool) -> None:
    level = ["--unsafe-fixes"] if unsafe else []
    theirs = findings_of(ruff(project, SELECT, "--output-format=full", *level))

    ours = findings_of(render_full(from_ruff, texts, cwd=project, unsafe=unsafe, colour=False))

    assert {found.fix.applicability for found in from_ruff if found.fix} == {"safe", "unsafe", "display"}
    assert len(ours) == len(theirs) - 1
    for mine, page, found in zip(ours, theirs, from_ruff, strict=False):
        if found.path.name == "mac.py" and found.fix:
            continue  # ruff prints the bare \r of its diff, which a terminal overprints.
        if not found.fix:
            page = re.sub(r"\nhelp: .*", "", page)
        assert mine.rstrip("\n") == page.rstrip("\n")


def test_full_is_coloured_as_ruffs(project: Path, texts: dict[Path, str], from_ruff: list[Diagnostic]) -> None:
    theirs = findings_of(ruff(project, SELECT, "--output-format=full", "--color=always"))

    ours = findings_of(render_full(from_ruff, texts, cwd=project, unsafe=False, colour=True))

    for mine, page in zip(ours, theirs, strict=False):
        source, _, _ = mine.partition("\n\x1b[1m\x1b[96mhelp")
        assert page.startswith(source)


def test_colour_changes_no_letter(project: Path, texts: dict[Path, str], from_ruff: list[Diagnostic]) -> None:
    plain = render_full(from_ruff, texts, cwd=project, unsafe=True, colour=False)

    coloured = render_full(from_ruff, texts, cwd=project, unsafe=True, colour=True)

    assert coloured != plain
    assert without_colour(coloured) == plain


@pytest.mark.parametrize("when", ["never", "always"])
@pytest.mark.parametrize("unsafe", [False, True])
def test_concise_is_ruffs_to_the_byte(project: Path, from_ruff: list[Diagnostic], unsafe: bool, when: str) -> None:
    level = ["--unsafe-fixes"] if unsafe else []
    colour = when == "always"
    theirs = ruff(project, SELECT, "--output-format=concise", f"--color={when}", *level)

    ours = render_concise(from_ruff, cwd=project, unsafe=unsafe, colour=colour)

    assert theirs == ours + render_summary(from_ruff, unsafe=unsafe, colour=colour)


def test_json_is_ruffs_to_the_byte(project: Path, texts: dict[Path, str], from_ruff: list[Diagnostic]) -> None:
    theirs = ruff(project, SELECT, "--output-format=json")
    urls = {found["code"]: found["url"] for found in json.loads(theirs)}

    assert render_json(from_ruff, texts, urls=urls.get) == theirs + "\n"
    assert render_json([], {}, urls=urls.get) == "[]\n"


def test_json_lines_hold_the_same_objects(texts: dict[Path, str], from_ruff: list[Diagnostic]) -> None:
    lines = render_json_lines(from_ruff, texts, urls=lambda _: None).split("\n")

    objects = json.loads(render_json(from_ruff, texts, urls=lambda _: None))

    assert [json.loads(line) for line in lines if line] == objects


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("names", [["gone"], ["unsafe"], ["unsafe", "gone"], ["no_fix"], ["gone", "crlf"]])
def test_the_summary_is_worded_as_ruffs(
    project: Path, from_ruff: list[Diagnostic], names: list[str], unsafe: bool
) -> None:
    paths = [f"pkg/{name}.py" for name in names]
    level = ["--unsafe-fixes"] if unsafe else []
    found = [one for one in from_ruff if one.path.stem in names]

    theirs = ruff(project, SELECT, "--output-format=concise", *level, *paths)

    ours = render_concise(found, cwd=project, unsafe=unsafe, colour=False)
    assert theirs == ours + render_summary(found, unsafe=unsafe)


def test_a_clean_run_says_so_as_ruff_does(tmp_path: Path) -> None:
    for when in ("never", "always"):
        theirs = ruff(tmp_path, f"--color={when}")

        assert render_summary([], unsafe=False, colour=when == "always") == theirs


@pytest.mark.parametrize("names", [["gone"], ["gone", "unsafe"], ["unsafe"], ["first_and_last"]])
def test_what_fixing_did_is_told_as_by_ruff(
    project: Path, tmp_path: Path, from_ruff: list[Diagnostic], names: list[str]
) -> None:
    for name in names:
        shutil.copy(project / "pkg" / f"{name}.py", tmp_path)
    found = [one for one in from_ruff if one.path.stem in names and one.code in ("F401", "E711")]
    fixed = [one for one in found if one.code == "F401"]
    left = [one for one in found if one not in fixed]
    select = "--select=F401,E711"
    table: dict[Path, Counter[tuple[str, str]]] = {}
    for one in fixed:
        table.setdefault(tmp_path / one.path.name, Counter())[(one.code, one.name)] += 1

    diff = ruff(tmp_path, select, "--diff").splitlines(keepends=True)[-1]
    shown = ruff(tmp_path, select, "--fix", "--show-fixes", "--output-format=concise")
    here = [replace(one, path=tmp_path / one.path.name) for one in left]

    assert render_fix_summary(left, fixed=len(fixed), unsafe=False, mode="diff") == diff
    assert shown == (
        render_concise(here, cwd=tmp_path, unsafe=False, colour=False)
        + render_show_fixes(table, tmp_path)
        + render_summary(left, unsafe=False, fixed=len(fixed))
    )


def test_fix_only_is_told_as_by_ruff(project: Path, tmp_path: Path, from_ruff: list[Diagnostic]) -> None:
    shutil.copy(project / "pkg" / "crlf.py", tmp_path)
    left = [one for one in from_ruff if one.path.name == "crlf.py" and one.code == "E711"]

    first, again = (ruff(tmp_path, "--select=F401,E711", "--fix-only") for _ in range(2))

    assert render_fix_summary(left, fixed=1, unsafe=False, mode="fix") == first
    assert render_fix_summary(left, fixed=0, unsafe=False, mode="fix") == again
    assert render_fix_summary([], fixed=0, unsafe=False, mode="fix") == ""


@pytest.mark.parametrize("when", ["never", "always"])
def test_statistics_are_ruffs(project: Path, from_ruff: list[Diagnostic], when: str) -> None:
    named = [one for one in from_ruff if one.code != "invalid-syntax"]
    paths = [f"pkg/{name}" for name in FILES if name != "broken.py"]
    theirs = ruff(project, SELECT, "--statistics", f"--color={when}", *paths)

    ours = render_statistics(named, unsafe=False, as_json=False, colour=when == "always")

    assert theirs == ours + render_summary(named, unsafe=False, colour=when == "always")


def test_statistics_as_json_are_ruffs(project: Path, from_ruff: list[Diagnostic]) -> None:
    named = [one for one in from_ruff if one.code != "invalid-syntax"]
    paths = [f"pkg/{name}" for name in FILES if name != "broken.py"]

    theirs = ruff(project, SELECT, "--statistics", "--output-format=json", "--unsafe-fixes", *paths)

    assert render_statistics(named, unsafe=True, as_json=True) == theirs
    assert render_statistics([], unsafe=True, as_json=True) == ""


@pytest.mark.parametrize("when", ["never", "always"])
@pytest.mark.parametrize("name", ["gone", "first_and_last", "crlf", "far_edits", "multi_edit", "unsafe"])
def test_diff_is_ruffs_to_the_byte(project: Path, tmp_path: Path, name: str, when: str) -> None:
    shutil.copy(project / "pkg" / f"{name}.py", tmp_path)
    path = tmp_path / f"{name}.py"
    options = (SELECT, "--unsafe-fixes")
    theirs = ruff(tmp_path, *options, "--diff", f"--color={when}")
    before = path.read_bytes().decode()
    ruff(tmp_path, *options, "--fix")

    ours = render_diff(before, path.read_bytes().decode(), path.name, colour=when == "always")

    theirs = theirs[: theirs.index("Would fix")]
    if when == "never":
        assert ours == theirs
    # ruff resets the colour after the line end and not before; what shows is the same.
    assert without_colour(ours) == without_colour(theirs)


def test_diff_of_what_did_not_change_is_empty() -> None:
    assert render_diff("x = 1\n", "x = 1\n", "a.py") == ""


HERE = Path("/project")
ONE = Diagnostic(HERE / "a.py", Span(2, 1, 2, 2), "STK101", "some-rule", "Do not")
TEXTS = {HERE / "a.py": "x = 1\ny = 2\n", HERE / "b.py": "z = 1\n"}


def fixed_by(applicability: Any = "safe", **more: Any) -> Diagnostic:
    return replace(ONE, fix=ProposedFix(applicability, "Do it", (TextEdit(6, 7, "w"),), **more))


def test_a_related_place_follows_the_underline() -> None:
    found = replace(ONE, related=(Related(Place(HERE / "b.py", Span(1, 1, 1, 2)), "made here"),))

    page = render_full([found], TEXTS, cwd=HERE, unsafe=False, colour=False)

    assert page.splitlines()[-4:] == ["  | ^", "note: made here", " --> b.py:1:1", ""]


def test_a_refused_fix_gives_its_reason_and_no_star() -> None:
    found = fixed_by(reason="`b.py` was not named")

    page = render_full([found], TEXTS, cwd=HERE, unsafe=True, colour=False)

    assert page.startswith("STK101 Do not\n")
    assert page.endswith("help: Do it\ninfo: Automatic fix is unavailable because `b.py` was not named\n\n")
    assert "[*]" not in render_concise([found], cwd=HERE, unsafe=True, colour=False)
    assert render_summary([found], unsafe=False) == "Found 1 error.\n"
    assert '"applicability": "displayonly"' in render_json([found], TEXTS, urls=lambda _: None)


def test_a_fix_over_several_files_is_shown_file_by_file() -> None:
    new = FileEdit(HERE / "new.py", (TextEdit(0, 0, "n = 1\n"),), "", new_file=True)
    found = fixed_by(others=(FileEdit(HERE / "b.py", (TextEdit(0, 1, "w"),), ""), new))

    page = render_full([found], TEXTS, cwd=HERE, unsafe=False, colour=False)

    assert page.partition("help: Do it\n")[2] == (
        "  |\n1 | x = 1\n  - y = 2\n2 + w = 2\n  |\n"
        " ::: b.py\n  |\n  - z = 1\n1 + w = 1\n  |\n"
        " ::: new.py\n  |\n1 + n = 1\n  |\n\n"
    )


def test_json_keeps_a_fix_over_several_files_from_readers_of_one() -> None:
    found = fixed_by(others=(FileEdit(HERE / "b.py", (TextEdit(0, 1, "w"),), ""),))

    value = json.loads(render_json([found], TEXTS, urls=lambda _: None))[0]

    assert value["fix"] is None
    assert [file["filename"] for file in value["project_fix"]["files"]] == ["/project/a.py", "/project/b.py"]
    assert list(value) == sorted(value)
    assert "related" not in value


def test_a_file_without_text_is_shown_without_source() -> None:
    found = replace(ONE, span=Span(1, 1, 1, 1), code="STK000")

    page = render_full([found], {}, cwd=HERE, unsafe=False, colour=False)

    assert page == "STK000 Do not\n--> a.py:1:1\n\n"


def test_a_path_is_relative_only_below_the_working_directory() -> None:
    assert shown_path(Path("/project/a.py"), HERE) == "a.py"
    assert shown_path(Path("/projects/a.py"), HERE) == "/projects/a.py"
    assert shown_path(Path("/a.py"), Path("/")) == "a.py"


def test_a_file_name_that_is_not_utf8_can_be_printed() -> None:
    assert shown_path(Path("/project/\udcff.py"), HERE) == "\N{REPLACEMENT CHARACTER}.py"


def test_the_table_of_a_first_run_puts_errors_first() -> None:
    warning = replace(fixed_by(), code="STK801", severity="warning", name="a-warning")
    found = [warning] * 20 + [ONE]

    lines = render_first_run_table(found, cwd=HERE).splitlines()

    assert [line.split() for line in lines[:3]] == [
        ["Rule", "Name", "Severity", "Found", "Fixable", "For", "example"],
        ["STK101", "some-rule", "error", "1", "-", "a.py:2"],
        ["STK801", "a-warning", "warning", "20", "20", "a.py:2"],
    ]
    assert lines[4].startswith("  stackcheck --fix ")
    assert lines[5].startswith("  stackcheck rule STK101 ")
    assert render_first_run_table(found[:20], cwd=HERE) == ""


@pytest.mark.parametrize(
    ("choice", "environ", "is_tty", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_decided_by_option_then_environment_then_terminal(
    choice: Any, environ: dict[str, str], is_tty: bool, expected: bool
) -> None:
    assert wants_colour(choice, environ, is_tty=is_tty) is expected
