"""STK809 on the real ruff: it warns of the old keys, reads the moved ones, and no longer warns."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import examples, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK809")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "tooling" / "ruff_legacy_toplevel"
CASES = [folder for folder in sorted(FIXTURES.iterdir()) if list(folder.glob("*.fixed.toml"))]


def ruff(folder, name, text, *args):
    """What ruff says of a folder with one configuration, on stdout and on stderr."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / "a.py").write_text("x = 1\n")
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", *args, "a.py"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return result.stdout, result.stderr


def settings(folder, name, text):
    """ruff's settings without the paths that they were read from."""
    out, _ = ruff(folder, name, text, "--show-settings")
    return re.sub(re.escape(str(folder)), "", out)


def test_ruff_warns_of_the_example_and_not_of_what_to_use_instead(tmp_path):
    before, after = (example["pyproject.toml"] for example in examples(RULE.page)[:2])

    assert "top-level linter settings are deprecated" in ruff(tmp_path / "before", "pyproject.toml", before)[1]
    assert "top-level linter settings" not in ruff(tmp_path / "after", "pyproject.toml", after)[1]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_fixed_configuration_means_what_it_meant(tmp_path, folder):
    case = read_case(folder)
    ((name, fixed),) = case.fixed.items()

    before = settings(tmp_path / "before", name, case.texts[name])
    after = settings(tmp_path / "after", name, fixed)

    assert "linter.rules.enabled" in before
    assert after == before
