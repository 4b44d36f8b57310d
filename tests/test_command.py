"""The command as its users meet it: reports, exit codes, streams, and one line for whatever is wrong."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from stackcheck.command.app import run

LEGACY_MODEL = (
    "from pydantic import BaseModel\n\n\nclass User(BaseModel):\n    class Config:\n        orm_mode = True\n"
)
FIXED_MODEL = (
    "from pydantic import BaseModel, ConfigDict\n\n\nclass User(BaseModel):\n"
    "    model_config = ConfigDict(from_attributes=True)\n"
)
UNSAFE_MODEL = LEGACY_MODEL.replace("orm_mode = True", "allow_mutation = False")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of one legacy model, as the current folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1"\n')
    (folder / "models.py").write_text(LEGACY_MODEL)
    monkeypatch.chdir(folder)
    return folder


def stackcheck(capsys, *args):
    code = run([str(arg) for arg in args])
    out, err = capsys.readouterr()
    return code, out, err


def test_findings_go_to_stdout_and_exit_with_one(project, capsys):
    code, out, err = stackcheck(capsys, ".", "--output-format", "concise")

    assert code == 1
    assert out.startswith(
        "models.py:5:11: STK101 [*] `class Config` in `User` is deprecated; set `model_config` instead\n"
    )
    assert err == ""


def test_check_is_the_default_command(project, capsys):
    assert stackcheck(capsys, "check", ".") == stackcheck(capsys, ".") == stackcheck(capsys)


def test_a_clean_project_passes(project, capsys):
    (project / "models.py").write_text(FIXED_MODEL)

    assert stackcheck(capsys, ".") == (0, "All checks passed!\n", "")


def test_fix_writes_and_a_second_run_changes_nothing(project, capsys):
    code, out, _ = stackcheck(capsys, ".", "--fix")
    after = (project / "models.py").read_text()
    again = stackcheck(capsys, ".", "--fix")

    assert (code, out) == (0, "Found 1 error (1 fixed, 0 remaining).\n")
    assert after == FIXED_MODEL
    assert again == (0, "All checks passed!\n", "")


def test_an_unsafe_fix_needs_to_be_asked_for(project, capsys):
    (project / "models.py").write_text(UNSAFE_MODEL)

    assert stackcheck(capsys, ".", "--fix")[0] == 1
    assert (project / "models.py").read_text() == UNSAFE_MODEL
    assert stackcheck(capsys, ".", "--fix", "--unsafe-fixes")[0] == 0
    assert "frozen=True" in (project / "models.py").read_text()


def test_diff_writes_nothing_and_exits_with_one(project, capsys):
    code, out, err = stackcheck(capsys, ".", "--diff")

    assert code == 1
    assert "-    class Config:\n" in out
    assert "+    model_config = ConfigDict(from_attributes=True)\n" in out
    assert err == "Would fix 1 error.\n"
    assert (project / "models.py").read_text() == LEGACY_MODEL


def test_fix_only_does_not_report_what_is_left(project, capsys):
    (project / "more.py").write_text(UNSAFE_MODEL)

    code, out, _ = stackcheck(capsys, ".", "--fix-only")

    assert (code, out) == (0, "Fixed 1 error (1 additional fix available with `--unsafe-fixes`).\n")


def test_show_fixes_lists_what_was_fixed(project, capsys):
    _, out, _ = stackcheck(capsys, ".", "--fix", "--show-fixes")

    assert "- models.py:\n    1 × STK101 (class-config)\n" in out


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--exit-zero"], 0),
        (["--fix", "--exit-non-zero-on-fix"], 1),
        (["--fix"], 0),
        (["--select", "STK8"], 0),
        (["--ignore", "class-config"], 0),
        (["--ignore", "STK1", "--extend-select", "STK101"], 1),
        (["--per-file-ignores", "models.py:STK101"], 0),
        (["--exclude", "models.py"], 0),
        (["--extend-exclude", "models.py"], 0),
        (["models.py", "--exclude", "models.py"], 1),
        (["models.py", "--exclude", "models.py", "--force-exclude"], 0),
        (["--fix", "--unfixable", "STK101"], 1),
        (["--fix", "--fixable", "STK8"], 1),
        (["--target", "pydantic=1.10"], 0),
        (["--target", "pydantic=2"], 1),
        (["--preview"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_options_decide_the_exit_code(project, capsys, args, code):
    assert stackcheck(capsys, *args)[0] == code


def test_whether_a_rule_is_fixable_is_said_by_the_closest_configuration(project, capsys):
    (project / "kept").mkdir()
    (project / "kept" / "models.py").write_text(LEGACY_MODEL)
    (project / "kept" / "stackcheck.toml").write_text('unfixable = ["STK101"]\n')

    code, out, _ = stackcheck(capsys, ".", "--fix", "--output-format", "concise")

    assert code == 1
    assert out.startswith("kept/models.py:5:11: STK101 `class Config`")
    assert (project / "models.py").read_text() == FIXED_MODEL
    assert (project / "kept" / "models.py").read_text() == LEGACY_MODEL


def test_json_lines_are_an_object_each(project, capsys):
    (project / "more.py").write_text(LEGACY_MODEL)

    _, out, _ = stackcheck(capsys, ".", "--output-format", "json-lines")

    assert [json.loads(line)["code"] for line in out.splitlines()] == ["STK101", "STK101"]


def test_statistics_count_by_rule(project, capsys):
    _, out, _ = stackcheck(capsys, ".", "--statistics")

    assert out == "1\tSTK101\t[*] class-config\nFound 1 error.\n[*] 1 fixable with `--fix`.\n" or out.startswith(
        "1\tSTK101\t[*] class-config\n"
    )


def test_quiet_leaves_the_findings(project, capsys):
    _, out, _ = stackcheck(capsys, ".", "-q", "--output-format", "concise")

    assert len(out.splitlines()) == 1


def test_the_report_goes_to_a_file_where_asked(project, capsys):
    code, out, _ = stackcheck(capsys, ".", "--output-file", "made/here/report.txt", "--output-format", "concise")

    assert (code, out) == (1, "")
    assert "STK101" in (project / "made/here/report.txt").read_text()


def test_json_has_the_keys_of_ruff(project, capsys):
    _, out, _ = stackcheck(capsys, ".", "--output-format", "json")
    (found,) = json.loads(out)

    assert list(found) == ["cell", "code", "end_location", "filename", "fix", "location", "message", "name",
                           "noqa_row", "severity", "url"]  # fmt: skip
    assert found["location"] == {"column": 11, "row": 5}
    assert found["noqa_row"] == 5
    assert list(found["fix"]) == ["applicability", "edits", "message"]
    assert apply(LEGACY_MODEL, found["fix"]["edits"]) == FIXED_MODEL


def apply(text, edits):
    """The text after edits in rows and columns from 1, as an editor would make them."""
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda edit: (edit["location"]["row"], edit["location"]["column"]), reverse=True):
        start, end = [sum(map(len, lines[: place["row"] - 1])) + place["column"] - 1
                      for place in (edit["location"], edit["end_location"])]  # fmt: skip
        text = text[:start] + edit["content"] + text[end:]
    return text


def test_stdin_is_checked_under_its_name(project):
    result = shell(["-", "--stdin-filename", "models.py", "--output-format", "concise"], project, LEGACY_MODEL)

    assert result.returncode == 1
    assert result.stdout.startswith("models.py:5:11: STK101")


def test_fixed_stdin_goes_to_stdout_and_findings_to_stderr(project):
    result = shell(["-", "--fix"], project, LEGACY_MODEL)

    assert (result.returncode, result.stdout) == (0, FIXED_MODEL)
    assert result.stderr == "Found 1 error (1 fixed, 0 remaining).\n"


def test_stdin_without_a_fix_is_echoed(project):
    result = shell(["-", "--fix"], project, "x = 1\n")

    assert (result.returncode, result.stdout) == (0, "x = 1\n")


def test_a_closed_pipe_is_no_error(project):
    for number in range(300):
        (project / f"model_{number}.py").write_text(LEGACY_MODEL)
    command = f"{sys.executable} -m stackcheck . | head -n 1"

    result = subprocess.run(command, shell=True, cwd=project, capture_output=True, text=True, check=False)

    assert result.stderr == ""


def shell(args, folder, text):
    return subprocess.run(
        [sys.executable, "-m", "stackcheck", *args],
        input=text, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["nowhere.py"], "error: nowhere.py: no such file or folder"),
        (["--slect", "STK1"], "error: No such option: --slect"),
        (["--select", "STK999"], "error: --select: unknown rule `STK999`; did you mean"),
        (["--select", "class-confg"], "error: --select: unknown rule `class-confg`; did you mean `class-config`?"),
        (["--color", "maybe"], "error: --color: `maybe` is none of `auto`, `always`, `never`"),
        (["--target", "pydantic"], "error: --target: `pydantic` is not of the form PACKAGE=VERSION, as `pydantic=2`"),
        (["--output-format", "xml"], "error: --output-format"),
        (["--config", "none.toml"], "error: --config: there is no file none.toml"),
        (["--exit-zero", "--exit-non-zero-on-fix"], "error: --exit-zero and --exit-non-zero-on-fix contradict"),
        (["--per-file-ignores", "models.py"], "error: --per-file-ignores: `models.py` is not of the form GLOB:RULE"),
        (["--rules", "none.py"], "error: --rules none.py: no such module or package"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_one_line_and_exit_two(project, capsys, args, line):
    code, _, err = stackcheck(capsys, *args)

    assert code == 2
    assert err.startswith(line)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.stackcheck\n", "error: pyproject.toml: not valid TOML at line 1"),
        ("[tool.stackcheck]\nslect = []\n", "error: pyproject.toml: unknown key `slect`"),
        ('[tool.stackcheck]\nselect = ["STK999"]\n', "error: pyproject.toml: unknown rule `STK999` in `select`"),
        ("[tool.stackcheck]\nselect = 3\n", "error: pyproject.toml: `select`"),
        ("[tool.stackcheck.class-config]\nx = 1\n", "error: pyproject.toml: unknown key"),
    ],
    ids=["bad TOML", "unknown key", "unknown rule", "wrong type", "unknown option of a rule"],
)
def test_a_wrong_configuration_is_one_line_and_exit_two(project, capsys, text, line):
    (project / "pyproject.toml").write_text(text)

    code, out, err = stackcheck(capsys, ".")

    assert (code, out) == (2, "")
    assert err.startswith(line)
    assert err.count("\n") == 1


BAD_FILES = {
    "latin.py": (b'x = "\xe9"\n', "STK000 stream did not contain valid UTF-8"),
    "unknown_coding.py": (b"# -*- coding: foo -*-\n", "STK000 cannot decode the file: unknown encoding: foo"),
    "nul.py": (b"x = 1\0\n", "STK001 source code string cannot contain null bytes"),
    "syntax.py": (b"def f(:\n", "STK001 invalid syntax"),
    "deep.py": (b"x = " + b"(" * 1000 + b")" * 1000 + b"\n", "STK001 too many nested parentheses"),
    "indented.py": (b"".join(b" " * at + b"if x:\n" for at in range(1000)), "STK001 too many levels of indentation"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_a_finding_and_the_others_are_checked(project, capsys, name):
    content, text = BAD_FILES[name]
    (project / name).write_bytes(content)

    code, out, err = stackcheck(capsys, ".", "--output-format", "concise", "--select", "STK101", "--fix")

    assert code == 1
    assert text in out
    assert err == ""
    assert (project / name).read_bytes() == content
    assert (project / "models.py").read_text() == FIXED_MODEL


def test_a_broken_link_and_a_link_to_itself_are_findings(project, capsys):
    (project / "broken.py").symlink_to("nowhere.py")
    (project / "loop.py").symlink_to("loop.py")

    _, out, _ = stackcheck(capsys, ".", "--output-format", "concise")

    assert "broken.py:1:1: STK000 No such file or directory" in out
    assert "loop.py:1:1: STK000 Too many levels of symbolic links" in out


def test_a_folder_that_links_to_itself_is_walked_once(project, capsys):
    (project / "below").mkdir()
    (project / "below" / "up").symlink_to("..")

    _, out, _ = stackcheck(capsys, ".", "--output-format", "concise")

    assert out.count("STK101") == 1


def test_a_file_of_two_megabytes_is_checked(project, capsys):
    numbers = "".join(f"    {number},\n" for number in range(230_000))
    (project / "big.py").write_text(f"x = [\n{numbers}]\n")

    assert (project / "big.py").stat().st_size > 2_000_000
    assert stackcheck(capsys, "big.py")[0] == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LEGACY_MODEL.replace("\n", "\r\n"), FIXED_MODEL.replace("\n", "\r\n")),
        ("\ufeff" + LEGACY_MODEL, "\ufeff" + FIXED_MODEL),
        (LEGACY_MODEL.rstrip(), FIXED_MODEL.rstrip()),
        (LEGACY_MODEL.replace("\n\nclass", "\n\x0c\nclass"), FIXED_MODEL.replace("\n\nclass", "\n\x0c\nclass")),
    ],
    ids=["CRLF", "BOM", "no newline at the end", "form feed"],
)
def test_bytes_outside_the_fix_stay(project, capsys, before, after):
    (project / "models.py").write_bytes(before.encode())

    stackcheck(capsys, ".", "--fix")

    assert (project / "models.py").read_bytes() == after.encode()


OLD_TABLE = """from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
"""


def test_a_form_feed_that_the_parser_drops_leaves_nodes_alone(project, capsys):
    text = OLD_TABLE.replace("class User", "\x0cclass User")
    (project / "models.py").write_text(text)

    _, out, _ = stackcheck(capsys, ".", "--select", "STK201", "--fix", "--output-format", "concise")

    assert out.startswith("models.py:9:5: STK201")
    assert (project / "models.py").read_text() == text


def test_a_form_feed_stays_where_a_fix_needs_no_tree(project, capsys):
    text = LEGACY_MODEL.replace("class User", "\x0cclass User")
    (project / "models.py").write_text(text)

    stackcheck(capsys, ".", "--fix")

    fixed = (project / "models.py").read_text()
    assert "\n\x0cclass User" in fixed
    assert "model_config = ConfigDict(" in fixed


def test_mode_is_kept_and_links_are_written_through(project, capsys):
    (project / "real").mkdir()
    real = project / "real" / "models.txt"
    (project / "models.py").rename(real)
    real.chmod(0o640)
    (project / "models.py").symlink_to(real)

    stackcheck(capsys, "models.py", "--fix")

    assert (project / "models.py").is_symlink()
    assert real.read_text() == FIXED_MODEL
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_file_with_another_hard_link_is_left_and_says_why(project, capsys):
    os.link(project / "models.py", project / "other.txt")

    code, out, _ = stackcheck(capsys, ".", "--fix", "--output-format", "concise")

    assert code == 1
    assert "models.py:1:1: STK000 the file has other hard links" in out
    assert "models.py:5:11: STK101" in out
    assert (project / "models.py").read_text() == LEGACY_MODEL


@pytest.fixture
def as_nobody(project, capsys):
    """Runs as a user whom permissions bind; `root` may read and write everything."""
    # What the runs import is read while that is still allowed.
    run([".", "--output-format", "concise"])
    run(["models.py", "--fix", "--diff"])
    run(["nowhere.py", "--output-format", "concise", "--fix"])
    capsys.readouterr()
    user = os.geteuid()
    if user == 0:
        for path in (project, *project.parents):
            if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
                path.chmod(0o755)
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_an_unreadable_file_is_a_finding(project, capsys, as_nobody):
    euid = os.geteuid()
    with_rights(project / "models.py", 0o000, euid)

    code, out, _ = stackcheck(capsys, "models.py", "--output-format", "concise")

    assert (code, out.splitlines()[0]) == (1, "models.py:1:1: STK000 Permission denied (os error 13)")


def test_an_unwritable_file_keeps_its_findings_and_says_why(project, capsys, as_nobody):
    code, out, _ = stackcheck(capsys, "models.py", "--fix", "--output-format", "concise")
    if os.stat(project).st_uid == os.geteuid():
        with_rights(project / "models.py", 0o444, os.geteuid())
        code, out, _ = stackcheck(capsys, "models.py", "--fix", "--output-format", "concise")

    assert code == 1
    assert "models.py:1:1: STK000 cannot write the file: Permission denied (os error 13)" in out
    assert "models.py:5:11: STK101" in out
    assert (project / "models.py").read_text() == LEGACY_MODEL


def with_rights(path: Path, mode: int, euid: int) -> None:
    if os.stat(path).st_uid == 0 and euid != 0:
        os.seteuid(0)
        path.chmod(mode)
        os.seteuid(euid)
    else:
        path.chmod(mode)


def test_a_rule_that_breaks_down_is_named_and_the_rest_is_checked(project, capsys):
    plugin = project / "acme.py"
    plugin.write_text(
        '"""Prints are forbidden"""\nimport libcst as cst\nfrom stackcheck import Rule\nrule = Rule("ACM001")\n\n\n'
        "@rule.on(cst.ClassDef)\ndef check(node, ctx):\n    raise ValueError('oops')\n    yield\n"
    )

    code, out, err = stackcheck(capsys, "models.py", "--rules", plugin, "--output-format", "concise")

    assert code == 2
    assert "STK101" in out
    where = f"ACM001 (acme) broke down on {project}/models.py: ValueError: oops"
    assert err == f"error: {where}; this is a bug in the rule, please report it\n"


def test_a_rule_that_breaks_down_at_a_pin_is_named_and_the_rest_is_checked(project, capsys):
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["httpx<1"]\n')
    plugin = project / "acme.py"
    plugin.write_text(
        '"""An old release is forbidden"""\nfrom stackcheck import Rule\nrule = Rule("ACM001")\n\n\n'
        '@rule.on_pin("httpx", "1")\ndef check(pin):\n    raise ValueError("oops")\n    yield\n'
    )

    code, out, err = stackcheck(capsys, ".", "--rules", plugin, "--output-format", "concise")

    assert code == 2
    assert "STK101" in out
    assert "ACM001 (acme) broke down" in err


def test_an_analysis_that_breaks_down_is_named_and_the_rest_is_checked(project, capsys):
    plugin = project / "acme.py"
    plugin.write_text(
        '"""Nothing"""\nfrom stackcheck import Analysis, Rule\n\n\n'
        "def collect(tree, outline, text):\n    return [][1]\n\n\n"
        'rule = Rule("ACM001", requires=(Analysis("oops", collect),))\n'
    )

    code, out, err = stackcheck(capsys, "models.py", "--rules", plugin, "--output-format", "concise")

    assert code == 2
    assert "STK101" in out
    assert f"the analysis oops broke down on {project}/models.py: IndexError" in err


def test_a_defect_of_ours_is_one_line(project):
    # A module that cannot be imported stands for whatever may be wrong with an installation.
    program = "import sys; sys.modules['stackcheck.engine'] = None; from stackcheck.__main__ import main; main()"

    result = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert result.stderr.startswith("error: stackcheck broke down: ModuleNotFoundError: ")
    assert result.stderr.count("\n") == 1


def test_a_code_that_is_taken_twice_is_refused(project, capsys):
    plugin = project / "thief.py"
    plugin.write_text('"""Stolen code"""\nfrom stackcheck import Rule\nrule = Rule("STK101")\n')

    code, _, err = stackcheck(capsys, ".", "--rules", plugin)

    assert code == 2
    assert err.startswith("error: STK101 is in stackcheck_rules.pydantic.class_config (builtin) and in thief (")


def test_a_folder_named_like_a_command_is_reached_with_a_dot(project, capsys):
    (project / "rules").mkdir()

    _, _, err = stackcheck(capsys, "rules")

    assert "to check the path of that name write `./rules`" in err


def test_the_page_of_a_rule_is_shown_by_code_or_name(project, capsys):
    by_code = stackcheck(capsys, "rule", "STK101")
    by_name = stackcheck(capsys, "rule", "class-config")

    assert by_code == by_name
    assert by_code[1].startswith("# class-config (STK101)\n")


@pytest.mark.parametrize("code", ["STK000", "syntax-error"])
def test_what_is_always_checked_has_a_page_too(project, capsys, code):
    assert "It cannot be deselected or suppressed" in stackcheck(capsys, "rule", code)[1]


def test_an_unknown_rule_names_the_nearest(project, capsys):
    assert stackcheck(capsys, "rule", "STX809") == (2, "", "error: unknown rule `STX809`; did you mean `STK809`?\n")


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_shown(project, capsys, option):
    from stackcheck import __version__

    assert stackcheck(capsys, option) == (0, f"stackcheck {__version__}\n", "")


@pytest.mark.parametrize("args", [["--help"], ["check", "--help"], ["rule", "-h"]], ids=" ".join)
def test_help_is_shown(project, capsys, args):
    code, out, err = stackcheck(capsys, *args)

    assert (code, err) == (0, "")
    assert "Usage: stackcheck" in out


def test_config_explains_a_key(project, capsys):
    assert "Default value: 88" in stackcheck(capsys, "config", "line-length")[1]


def test_clean_removes_the_caches(project, capsys):
    (project / "below" / ".stackcheck_cache").mkdir(parents=True)

    code, _, err = stackcheck(capsys, "clean")

    assert (code, err) == (0, "Removing cache at: below/.stackcheck_cache\n")
    assert not (project / "below" / ".stackcheck_cache").exists()


def test_noqa_silences_and_can_be_ignored(project, capsys):
    (project / "models.py").write_text(LEGACY_MODEL.replace("Config:", "Config:  # noqa: STK101"))

    assert stackcheck(capsys, ".")[0] == 0
    assert stackcheck(capsys, ".", "--ignore-noqa")[0] == 1


def test_two_services_under_one_root_have_their_own_names_and_pins(tmp_path, capsys, monkeypatch):
    for name, pin in (("old", "pydantic<2"), ("new", "pydantic>=2")):
        package = tmp_path / name / "app"
        package.mkdir(parents=True)
        (tmp_path / name / "requirements.txt").write_text(f"{pin}\n")
        (package / "base.py").write_text("from pydantic import BaseModel\n\n\nclass Base(BaseModel): ...\n")
        (package / "user.py").write_text(
            "from app.base import Base\n\n\nclass User(Base):\n    class Config:\n        title = 'x'\n"
        )
    monkeypatch.chdir(tmp_path)

    _, out, _ = stackcheck(capsys, ".", "--output-format", "concise", "-q")

    assert [line.partition(":")[0] for line in out.splitlines()] == ["new/app/user.py", "old/requirements.txt"]


ACROSS = '''
"""Class name that two files define"""

from stackcheck import Analysis, Finding, Rule


def collect(tree, outline, text):
    return ((scope.name, scope.span) for scope in outline.classes())


def merge(evaluator, facts):
    return {(name, file): span for file, found in facts.items() for name, span in found}


names = Analysis("class-names", collect, merge)
rule = Rule("ACM002", requires=(names,))


@rule.across(names)
def check(merged):
    for (name, file), span in sorted(merged.items()):
        others = [other for again, other in merged if again == name and other != file]
        if others:
            yield file, Finding(span, f"`{name}` is in {others[0]} as well")
'''


def test_a_rule_across_files_reports_the_named_files_only(project, capsys):
    (project / "acme.py").write_text(ACROSS.lstrip())
    for name in ("one.py", "two.py", "three.py"):
        (project / name).write_text("class Twin: ...\n" if name != "three.py" else "class Only: ...\n")

    both = stackcheck(capsys, "one.py", "two.py", "--rules", "acme.py", "--output-format", "concise", "-q")
    one = stackcheck(capsys, "two.py", "--rules", "acme.py", "--output-format", "concise", "-q")

    assert both[1] == (
        "one.py:1:1: ACM002 `Twin` is in two.py as well\ntwo.py:1:1: ACM002 `Twin` is in one.py as well\n"
    )
    assert one[1] == "two.py:1:1: ACM002 `Twin` is in one.py as well\n"


def test_code_newer_than_the_interpreter_is_no_syntax_error(project, capsys):
    newer = ["type X = int\n", "try: ...\nexcept A, B: ...\n", "x = t'{y}'\n", "lazy import json\n"]
    for number, text in enumerate(newer):
        (project / f"newer_{number}.py").write_text(text)

    code, out, err = stackcheck(capsys, *[f"newer_{number}.py" for number in range(len(newer))])

    assert (code, out) == (0, "All checks passed!\n")
    assert "have syntax newer than Python" in err


def test_excluded_files_are_read_but_not_reported(project, capsys):
    (project / "old").mkdir()
    (project / "old" / "base.py").write_text(LEGACY_MODEL.replace("User", "Base"))
    (project / "models.py").write_text(
        "from old.base import Base\n\n\nclass User(Base):\n    class Config:\n        title = 'x'\n"
    )

    _, out, _ = stackcheck(capsys, ".", "--extend-exclude", "old", "--output-format", "concise", "-q")

    assert [line.partition(":")[0] for line in out.splitlines()] == ["models.py"]


def test_tooling_files_of_the_project_are_checked_with_a_folder(project, capsys):
    (project / "app").mkdir()
    (project / "app" / "main.py").write_text("x = 1\n")
    (project / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1"\n\n[tool.ruff]\nselect = ["E"]\n')

    with_them = stackcheck(capsys, "app", "--output-format", "concise", "-q")[1]
    Path("stackcheck.toml").write_text("tooling-files = false\n")
    without = stackcheck(capsys, "app", "--output-format", "concise", "-q")[1]

    assert "pyproject.toml:6:1: STK809" in with_them
    assert without == ""
