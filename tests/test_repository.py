"""The laws of this repository: who imports whom, what the README says, stackcheck on itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stackcheck.command.app import run
from stackcheck.command.pages import rule_table
from stackcheck.registry import load_rules

ROOT = Path(__file__).parent.parent
ENGINE = ROOT / "src" / "stackcheck"
RULES = ROOT / "rules" / "stackcheck_rules"
# What a part of the engine may use of the others. `index` knows nothing of checks, `report` nothing of files.
LAW = {
    "formats": {"finding"},
    "index": {"analysis", "files.source", "finding", "index"},
    "report": {"finding", "report"},
    "settings": {"finding", "settings"},
    "files": {"files", "settings"},
    "fix": {"check", "engine", "finding", "fix", "index"},
    "check": {"analysis", "check", "finding", "fix", "formats", "index", "rule"},
}


def imports_of(path):
    """Modules that a file imports from `stackcheck`, without the package's name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stackcheck"):
            yield (node.module or "").removeprefix("stackcheck").lstrip(".")
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("stackcheck."))


@pytest.mark.parametrize("part", LAW)
def test_the_engine_keeps_its_law_of_imports(part):
    allowed = LAW[part]
    broken = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ENGINE / part).glob("*.py"))
        for name in imports_of(path)
        if name not in allowed and name.partition(".")[0] not in allowed
    ]

    assert broken == []


def test_the_engine_imports_no_rule():
    texts = {path: path.read_text() for path in ENGINE.rglob("*.py")}

    assert [path for path, text in texts.items() if "stackcheck_rules" in text] == []


def test_rules_import_only_the_public_names():
    broken = [
        f"{path.relative_to(ROOT)} imports stackcheck.{name}"
        for path in sorted(RULES.rglob("*.py"))
        for name in imports_of(path)
        if name and not name.startswith("_rules")
    ]

    assert broken == []


def test_the_command_starts_without_loading_a_rule_or_a_tree():
    code = "import sys, stackcheck.command.app; print([m for m in ('stackcheck_rules', 'libcst') if m in sys.modules])"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout == "[]\n"


def test_modules_open_with_one_line_and_fit_on_a_few_screens():
    long = {path: len(path.read_text().splitlines()) for path in [*ENGINE.rglob("*.py"), *RULES.rglob("*.py")]}
    mute = [path for path in long if not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()]

    assert [f"{path}: {count}" for path, count in long.items() if count > 300] == []
    assert mute == []


def test_a_rule_is_short_below_its_page():
    long = []
    for rule in load_rules():
        path = ROOT / "rules" / f"{rule.module.replace('.', '/')}.py"
        below = len(path.read_text().splitlines()) - len(rule.page.splitlines())
        if below > 90:
            long.append(f"{path.name}: {below} lines below the page")

    assert long == []


def test_the_readme_has_the_rule_table():
    readme = (ROOT / "README.md").read_text()
    table = re.search(r"<!-- rules -->\n(.*?)\n<!-- /rules -->", readme, re.DOTALL)

    assert table
    assert table[1] == rule_table(load_rules()), "run `stackcheck rules` and paste it between the markers"


def test_version_and_changelog_agree():
    from stackcheck import __version__

    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_stackcheck_passes_on_its_own_repository(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    code = run(["."])

    assert (code, capsys.readouterr().out) == (0, "All checks passed!\n")


def test_ruff_and_mypy_pass():
    for command in (["ruff", "check", "--no-cache", "."], ["mypy"]):
        result = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_public_name_is_where_the_table_says():
    import stackcheck

    assert set(stackcheck.__all__) == set(stackcheck.HOMES)
    assert all(getattr(stackcheck, name).__class__ is not None for name in stackcheck.__all__)
