"""Whole projects: the reference style is clean, the legacy one is found, fixed, and still works."""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from stackcheck.command.app import run

PROJECTS = Path(__file__).parent.parent / "fixtures" / "projects"
# The guide's style, SQLModel, and domains with `Annotated` dependencies.
CLEAN = ["reference", "sqlmodel", "annotated"]
QUIET = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def stackcheck(capsys, *args):
    code = run([str(arg) for arg in args])
    return code, capsys.readouterr().out


def texts_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run_tests(folder):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, text=True, check=False)


@pytest.fixture
def legacy(tmp_path):
    folder = tmp_path / "legacy"
    shutil.copytree(PROJECTS / "legacy", folder)
    return folder


@pytest.mark.parametrize("name", CLEAN)
def test_a_project_in_the_new_style_is_clean(capsys, name):
    assert stackcheck(capsys, PROJECTS / name) == (0, "All checks passed!\n")


@pytest.mark.parametrize("name", [*CLEAN, "legacy"])
def test_the_tests_of_a_project_pass(tmp_path, name):
    shutil.copytree(PROJECTS / name, tmp_path / name)

    result = run_tests(tmp_path / name)

    assert result.returncode == 0, result.stdout


def test_the_legacy_project_has_findings_of_five_families_and_of_the_tooling(capsys):
    _, out = stackcheck(capsys, PROJECTS / "legacy", "--output-format", "concise", "-q")

    families = Counter(line.split(": ")[1][:4] for line in out.splitlines())

    assert set(families) == {"STK1", "STK2", "STK3", "STK4", "STK6", "STK8"}


@pytest.mark.parametrize("level", [[], ["--unsafe-fixes"]], ids=["safe", "unsafe"])
def test_the_fixed_legacy_project_still_works_and_stays_as_it_is(legacy, capsys, level):
    stackcheck(capsys, legacy, "--fix", *level)
    fixed = texts_of(legacy)
    result = run_tests(legacy)
    stackcheck(capsys, legacy, "--fix", *level)

    assert fixed != texts_of(PROJECTS / "legacy")
    assert result.returncode == 0, result.stdout
    assert texts_of(legacy) == fixed


def test_families_fixed_one_by_one_in_either_order_end_in_the_same_text(tmp_path, capsys):
    families = ["STK2", "STK4", "STK3", "STK1", "STK6", "STK8"]
    ends = []
    for number, order in enumerate([[",".join(families)], families, families[::-1]]):
        folder = tmp_path / str(number) / "legacy"
        shutil.copytree(PROJECTS / "legacy", folder)
        for selected in order:
            stackcheck(capsys, folder, "--fix", "--unsafe-fixes", "--select", selected)
        ends.append(texts_of(folder))

    assert ends[0] == ends[1] == ends[2]


def test_a_fix_adds_no_finding_of_ruff(legacy, capsys):
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format", "concise", "app"]
    before = subprocess.run(ruff, cwd=legacy, capture_output=True, text=True, check=False).stdout
    stackcheck(capsys, legacy, "--fix", "--unsafe-fixes")
    after = subprocess.run(ruff, cwd=legacy, capture_output=True, text=True, check=False).stdout

    assert codes(after) - codes(before) == Counter()


def codes(report):
    found = [line.split() for line in report.splitlines() if line.count(":") >= 3]
    return Counter((words[0].partition(":")[0], words[1]) for words in found)


def test_findings_of_a_file_are_the_same_alone_and_with_all_others(capsys):
    _, out = stackcheck(capsys, PROJECTS / "legacy", "--output-format", "concise", "-q")
    files = sorted((PROJECTS / "legacy" / "app").rglob("*.py"))
    random.Random(3).shuffle(files)

    alone = [stackcheck(capsys, file, "--output-format", "concise", "-q")[1] for file in files]

    python = sorted(line for line in out.splitlines() if ".py:" in line)
    assert sorted("".join(alone).splitlines()) == python
