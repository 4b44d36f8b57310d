"""Fixes over several files: together or not at all, through a journal that survives a crash."""

import json
import os
from pathlib import Path

import pytest

from stackcheck.command.app import run
from stackcheck.files.journal import NAME

PLUGIN = '''
"""Function named old_name, to be renamed with the files that import it"""

import ast

import libcst as cst

from stackcheck import Analysis, Finding, Fix, Rule, Span, span_reader


def collect(tree, outline, text):
    span = span_reader(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "old_name":
            yield span(node)
        if isinstance(node, ast.ImportFrom):
            yield from (span(alias) for alias in node.names if alias.name == "old_name")


def merge(evaluator, facts):
    return {"uses": tuple((file, span) for file, spans in sorted(facts.items()) for span in spans)}


uses = Analysis("old-name-uses", collect, merge)
rule = Rule("ACM001", gate="def old_name", requires=(uses,))


@rule.on(cst.FunctionDef)
def check(function, ctx):
    if function.name.value != "old_name":
        return
    by_file = {}
    for file, span in ctx.fact(uses, "uses"):
        by_file.setdefault(file, []).append((Span(*span), "new_name"))
    others = tuple(ctx.edit_in(file, edits) for file, edits in by_file.items() if file != ctx.file)
    fix = Fix({function.name: cst.Name("new_name")}, "Rename to `new_name`", others=others)
    yield Finding(function.name, "`old_name` has a new name", fix)
'''
A = "def old_name() -> int:\n    return 1\n"
B = "from app.a import old_name\n\nprint(old_name())\n"
FIXED_A = A.replace("old_name", "new_name")
FIXED_B = B.replace("old_name", "new_name")


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1"\n')
    (folder / "app" / "a.py").write_text(A)
    (folder / "app" / "b.py").write_text(B)
    (tmp_path / "acme.py").write_text(PLUGIN.lstrip())
    monkeypatch.chdir(folder)
    return folder


def fix(*args):
    return run([*args, "--rules", "../acme.py", "--select", "ACM001", "--output-format", "full"])


def texts():
    return Path("app/a.py").read_text(), Path("app/b.py").read_text()


def test_a_set_is_applied_to_all_its_files(project, capsys):
    code = fix(".", "--fix")

    assert (code, texts()) == (0, (FIXED_A, FIXED_B))
    assert sorted(path.name for path in project.rglob("*")) == ["a.py", "app", "b.py", "pyproject.toml"]


def test_a_set_is_only_shown_where_a_file_is_not_named(project, capsys):
    code = fix("app/a.py", "--fix")

    assert (code, texts()) == (1, (A, B))
    assert f"it also changes app/b.py, which is not checked; `stackcheck {project}/app --fix` applies it" in (
        capsys.readouterr().out
    )


def test_a_set_is_only_shown_where_a_file_is_excluded(project, capsys):
    assert fix(".", "--fix", "--exclude", "b.py") == 1
    assert texts() == (A, B)


def test_a_set_is_only_shown_where_the_rule_is_ignored_or_suppressed(project, capsys):
    assert fix(".", "--fix", "--per-file-ignores", "app/b.py:ACM001") == 1
    Path("app/b.py").write_text(B.replace("print(old_name())", "print(old_name())  # noqa: ACM001"))
    assert fix(".", "--fix") == 1
    assert Path("app/a.py").read_text() == A


def test_stdin_never_applies_a_set(project, capsys, monkeypatch):
    class Stdin:
        class buffer:  # noqa: N801 # as of `sys.stdin`
            read = staticmethod(lambda: A.encode())

    monkeypatch.setattr("sys.stdin", Stdin)

    code = fix("-", "--stdin-filename", "app/a.py", "--fix")

    assert (code, texts()) == (1, (A, B))
    assert capsys.readouterr().out == A


def test_nothing_is_written_where_one_file_cannot_be(project, capsys):
    os.link("app/b.py", "app/b.txt")

    code = fix(".", "--fix")

    assert (code, texts()) == (1, (A, B))
    assert not list(project.rglob("*.stackcheck"))


def test_json_has_the_whole_fix_apart(project, capsys):
    run([".", "--rules", "../acme.py", "--select", "ACM001", "--output-format", "json"])
    (found,) = json.loads(capsys.readouterr().out)

    assert found["fix"] is None
    assert [Path(part["filename"]).name for part in found["project_fix"]["files"]] == ["a.py", "b.py"]


def test_an_open_journal_is_finished_first(project, capsys):
    Path("app/.a.new").write_text(FIXED_A)
    Path("app/.b.new").write_text(FIXED_B)
    entries = [[str(project / "app" / f".{name}.new"), str(project / "app" / f"{name}.py")] for name in "ab"]
    Path(NAME).write_text(json.dumps(entries))

    code = fix(".", "--fix")

    assert (code, texts()) == (0, (FIXED_A, FIXED_B))
    assert not Path(NAME).exists()
    assert "finished writing an interrupted set of fixes" in capsys.readouterr().err


def test_nothing_is_written_where_the_journal_cannot_be(project, capsys):
    Path(NAME).mkdir()

    code = fix(".", "--fix")

    assert (code, texts()) == (1, (A, B))
    assert f"STK000 cannot write {NAME}" in capsys.readouterr().out
    assert not list(project.rglob("*.stackcheck"))


def test_a_journal_that_was_cut_short_is_dropped(project, capsys):
    Path(NAME).write_text('[["app/.a.new", "app/a')

    code = fix(".", "--fix")

    assert (code, texts()) == (0, (FIXED_A, FIXED_B))
    assert not Path(NAME).exists()


def test_a_set_survives_a_crash_between_two_renames(project, capsys, monkeypatch):
    from stackcheck.files import journal

    original = journal.commit
    renamed = []

    def crash_on_the_second(temporary, target):
        renamed.append(target)
        if len(renamed) == 2:
            raise SystemError
        original(temporary, target)

    monkeypatch.setattr(journal, "commit", crash_on_the_second)
    with pytest.raises(SystemError):
        fix(".", "--fix")
    monkeypatch.undo()
    os.chdir(project)
    between = texts()

    fix(".", "--fix")

    assert between in {(FIXED_A, B), (A, FIXED_B)}
    assert texts() == (FIXED_A, FIXED_B)


def test_what_a_set_imports_into_one_file_it_does_not_import_into_another(project, tmp_path):
    plugin = PLUGIN.lstrip().replace("Finding, Fix,", "Finding, Fix, ImportRequest,")
    plugin = plugin.replace("({function", '({function.returns.annotation: cst.Name("Enum"), function')
    plugin = plugin.replace("others=others", 'others=others, imports=(ImportRequest("enum", "Enum"),)')
    (tmp_path / "acme.py").write_text(plugin)
    Path("app/b.py").write_text(f"{B}Enum = 1\nprint(Enum)\n")

    code = fix(".", "--fix")

    fixed = f"from enum import Enum\n\n\n{FIXED_A}".replace("int", "Enum")
    assert (code, texts()) == (0, (fixed, f"{FIXED_B}Enum = 1\nprint(Enum)\n"))
