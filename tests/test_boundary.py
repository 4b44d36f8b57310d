"""Boundaries: the folder that a project begins in, and the workspace around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackcheck.files.boundary import project_root, workspace_root
from stackcheck.settings.tables import Tables


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that no search passes, so that nothing above the test's own folder counts."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def root_of(home: Path, files: dict[str, str], at: str = "repo/app/main.py", named: str = "repo") -> str:
    write(home, {at: "", **files})
    root = project_root(home / at, home / named, Tables(home))
    return str(root.relative_to(home))


@pytest.mark.parametrize(
    ("files", "root"),
    [
        ({"repo/pyproject.toml": "[project]"}, "repo"),
        ({"repo/pyproject.toml": "[tool.poetry]"}, "repo"),
        ({"repo/setup.py": "setup()"}, "repo"),
        ({"repo/setup.cfg": ""}, "repo"),
        ({"repo/pyproject.toml": "[project]", "repo/app/setup.py": "setup()"}, "repo/app"),
        # A module that happens to have that name.
        ({"repo/pyproject.toml": "[project]", "repo/app/setup.py": "def prepare(): ..."}, "repo"),
        # A pyproject.toml for tools alone is none, nor is one that is not TOML.
        ({"repo/pyproject.toml": "[project]", "repo/app/pyproject.toml": "[tool.ruff]"}, "repo"),
        ({"repo/pyproject.toml": "[project]", "repo/app/pyproject.toml": "x x"}, "repo"),
        # What is declared wins over lists of requirements, however near; those win over a clone.
        ({"repo/pyproject.toml": "[project]", "repo/app/requirements.txt": ""}, "repo"),
        ({"repo/app/requirements-dev.txt": "", "repo/.git/HEAD": ""}, "repo/app"),
        ({"repo/requirements.txt": "", "repo/app/requirements.txt": ""}, "repo/app"),
        ({"repo/app/.git/HEAD": ""}, "repo/app"),
        # The search goes no higher than a clone.
        ({"repo/pyproject.toml": "[project]", "repo/app/.git": "gitdir: x"}, "repo/app"),
        ({}, "repo"),
    ],
)
def test_a_file_has_a_project(home: Path, files: dict[str, str], root: str) -> None:
    assert root_of(home, files) == root


def test_a_home_folder_is_no_project(home: Path) -> None:
    files = {"pyproject.toml": "[project]", ".git/HEAD": "", "requirements.txt": ""}

    assert root_of(home, files) == "repo"
    assert root_of(home, files, named=".") == "repo/app"


def test_the_root_of_the_file_system_is_no_project(home: Path) -> None:
    write(home, {"loose/a.py": ""})

    assert project_root(home / "loose/a.py", Path("/"), Tables(home)) == home / "loose"


def test_where_a_file_is_named_its_folder_is_the_last_resort(home: Path) -> None:
    assert root_of(home, {}, named="repo/app/main.py") == "repo/app"


def test_the_answer_for_a_folder_does_not_depend_on_what_was_asked_before(home: Path) -> None:
    write(home, {"repo/a/x.py": "", "repo/a/b/y.py": ""})
    tables = Tables(home)

    assert project_root(home / "repo/a/x.py", home / "repo", tables) == home / "repo"
    assert project_root(home / "repo/a/x.py", home / "repo/a", tables) == home / "repo/a"
    assert project_root(home / "repo/a/b/y.py", home / "repo", tables) == home / "repo"


WORKSPACE = '[project]\n[tool.uv.workspace]\nmembers = ["packages/*", "apps/**/api"]\nexclude = ["packages/old"]\n'


@pytest.mark.parametrize(
    ("member", "root"),
    [
        ("packages/one", "repo"),
        ("packages/old", "packages/old"),
        ("packages/one/deep", "packages/one/deep"),
        ("apps/api", "repo"),
        ("apps/x/y/api", "repo"),
        ("other", "other"),
    ],
)
def test_a_member_of_a_workspace_finds_its_root(home: Path, member: str, root: str) -> None:
    write(home, {"repo/pyproject.toml": WORKSPACE, f"repo/{member}/pyproject.toml": "[project]"})

    expected = home / "repo" if root == "repo" else home / "repo" / root
    assert workspace_root(home / "repo" / member, Tables(home)) == expected


def test_the_root_of_a_workspace_is_its_own(home: Path) -> None:
    write(home, {"repo/pyproject.toml": WORKSPACE})

    assert workspace_root(home / "repo", Tables(home)) == home / "repo"


@pytest.mark.parametrize("text", ["x x", "[tool.uv]\nworkspace = 3", '[tool.uv.workspace]\nmembers = "a"'])
def test_a_malformed_workspace_is_none(home: Path, text: str) -> None:
    write(home, {"repo/pyproject.toml": text, "repo/a/pyproject.toml": "[project]"})

    assert workspace_root(home / "repo/a", Tables(home)) == home / "repo/a"


def test_a_workspace_is_not_sought_beyond_a_clone(home: Path) -> None:
    write(home, {"repo/pyproject.toml": WORKSPACE, "repo/packages/one/.git/HEAD": ""})

    assert workspace_root(home / "repo/packages/one", Tables(home)) == home / "repo/packages/one"
