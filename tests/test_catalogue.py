"""Every row of the catalogue: found, fixed as it says, and right on the installed Pydantic 2.

The programs pass under Pydantic 1.10 as they stand; `.ci/run` shows that in an environment of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from catalogue.rows import FOLDER, read_rows, table

from stackcheck.registry import load_rules
from stackcheck.testing import fixed_texts, found_in

ROWS = read_rows()
LEGACY = [row for row in ROWS if row.code]
FIXABLE = [row for row in LEGACY if row.fix != "none"]
RULES = [rule for rule in load_rules() if rule.family == "pydantic" and rule.code not in {"STK100"}]
# A rule that nobody has selected holds back no fix.
DEFAULTS = [rule for rule in RULES if rule.default]
README = Path(__file__).parents[1] / "rules" / "README.md"


def write(folder, row, texts):
    home = folder / row.name if "main.py" in texts else folder
    for name, text in texts.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(folder, *options):
    command = [sys.executable, Path(__file__).parent / "catalogue" / "run.py", folder, *options]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, cwd=folder).stdout)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """For the programs as they stand, fixed, and fixed with unsafe fixes: what ends each under v2."""
    made = {"old": run(FOLDER)}
    for level in ("safe", "unsafe"):
        folder = tmp_path_factory.mktemp(level)
        for row in ROWS:
            write(folder, row, fixed_texts(row.case, DEFAULTS, unsafe=level == "unsafe")[0])
        made[level], made[f"{level}, strictly"] = run(folder), run(folder, "--strict")
    return made


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_reported_as_it_says(row):
    codes = {hit.code for checked in found_in(row.case, RULES).values() for hit in checked.hits}

    assert row.code in codes if row.code else not codes


@pytest.mark.parametrize("row", FIXABLE, ids=lambda row: row.name)
def test_a_fixed_row_is_clean_on_pydantic_2(row, results):
    assert results[f"{row.fix}, strictly"][row.name] == ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_ran_before_runs_after(row, results):
    broken = {level: results[level][row.name] for level in ("safe", "unsafe") if results["old"][row.name] == ""}

    assert not any(broken.values()), broken


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_row_says_of_pydantic_2_is_so(row, results):
    fails = results["old"][row.name]

    assert (fails != "") == (row.v2 in {"differs", "fails"}), fails


def test_most_of_what_can_be_fixed_is_fixed_safely():
    safe = [row for row in FIXABLE if row.fix == "safe"]

    assert len(safe) / len(FIXABLE) >= 0.7
    assert len(FIXABLE) / len(LEGACY) >= 0.75


def test_the_readme_lists_every_row():
    assert table(ROWS) in README.read_text(encoding="utf-8")
