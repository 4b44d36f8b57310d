"""Every row of the catalogues: found, fixed as it says, and right on the installed Pydantic and SQLAlchemy.

The programs pass under Pydantic 1.10 and SQLAlchemy 1.4 as they stand, but for those that say so; `.ci/run`
shows that in environments of their own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from catalogue.rows import FOLDER, read_rows, table

from stackcheck.registry import load_rules
from stackcheck.testing import fixed_texts, found_in

FAMILIES = ("pydantic", "sqlalchemy")
ROWS = [row for family in FAMILIES for row in read_rows(family)]
LEGACY = [row for row in ROWS if row.code]
FIXABLE = [row for row in LEGACY if row.fix != "none"]
PINS = {"STK100", "STK200"}
RULES = {
    family: [rule for rule in load_rules() if rule.family == family and rule.code not in PINS] for family in FAMILIES
}
# A rule that nobody has selected holds back no fix.
DEFAULTS = {family: [rule for rule in RULES[family] if rule.default] for family in FAMILIES}
README = Path(__file__).parents[1] / "rules" / "README.md"


def named(row):
    return f"{row.family}-{row.name}"


def write(folder, row, texts):
    home = folder / row.name if "main.py" in texts else folder
    for name, text in texts.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(folder, *options):
    command = [sys.executable, Path(__file__).parent / "catalogue" / "run.py", folder, *options]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, cwd=folder).stdout)


def results_of(family, tmp_path_factory):
    made = {"old": run(FOLDER / family)}
    for level in ("safe", "unsafe"):
        folder = tmp_path_factory.mktemp(level)
        for row in ROWS:
            if row.family == family:
                write(folder, row, fixed_texts(row.case, DEFAULTS[family], unsafe=level == "unsafe")[0])
        made[level], made[f"{level}, strictly"] = run(folder), run(folder, "--strict")
    return made


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """For the programs as they stand, fixed, and fixed with unsafe fixes: what ends each under the new release."""
    return {family: results_of(family, tmp_path_factory) for family in FAMILIES}


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_row_is_reported_as_it_says(row):
    codes = {hit.code for checked in found_in(row.case, RULES[row.family]).values() for hit in checked.hits}

    assert row.code in codes if row.code else not codes


@pytest.mark.parametrize("row", FIXABLE, ids=named)
def test_a_fixed_row_is_clean_on_the_new_release(row, results):
    assert results[row.family][f"{row.fix}, strictly"][row.name] == ""


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_what_ran_before_runs_after(row, results):
    ran = results[row.family]
    broken = {level: ran[level][row.name] for level in ("safe", "unsafe") if ran["old"][row.name] == ""}

    assert not any(broken.values()), broken


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_what_a_row_says_of_the_new_release_is_so(row, results):
    fails = results[row.family]["old"][row.name]

    assert (fails != "") == (row.v2 in {"differs", "fails"}), fails


def test_most_of_what_can_be_fixed_in_pydantic_is_fixed_safely():
    legacy = [row for row in LEGACY if row.family == "pydantic"]
    fixable = [row for row in legacy if row.fix != "none"]
    safe = [row for row in fixable if row.fix == "safe"]

    assert len(safe) / len(fixable) >= 0.7
    assert len(fixable) / len(legacy) >= 0.75


@pytest.mark.parametrize("family", FAMILIES)
def test_the_readme_lists_every_row(family):
    assert table([row for row in ROWS if row.family == family]) in README.read_text(encoding="utf-8")
