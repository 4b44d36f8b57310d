"""Versions: the lowest that a project allows, from a lock, from ranges, from what the user says."""

import pytest

from stackcheck import Context, Evaluator, KindTable, Project
from stackcheck.index.versions import Versions, at_least, is_below, lowest_of, read_versions

RANGES = {
    ">=1.10,<3": "1.10",
    "==2.5.1": "2.5.1",
    "~=2.4": "2.4",
    "^1.9": "1.9",
    "<2": "0",
    "": None,
    "!=2.1": None,
    ">=1,>=2.3": "2.3",
    "==2.*": "2",
    ">1.4 ; python_version > '3.8'": "1.4",
}


@pytest.mark.parametrize("clauses", RANGES)
def test_the_lower_end_of_a_range(clauses):
    assert lowest_of(clauses.partition(";")[0]) == RANGES[clauses]


def test_nothing_known_means_the_newest():
    assert at_least(None, "99")
    assert at_least("2.0.0", "2")
    assert not at_least("1.10.26", "2")


FILES = {
    "pyproject": ("pyproject.toml", '[project]\ndependencies = ["Pydantic[email]>=2.1,<3"]\n', "2.1"),
    "group": ("pyproject.toml", '[dependency-groups]\ndev = ["pydantic==1.10.2"]\n', "1.10.2"),
    "poetry": ("pyproject.toml", '[tool.poetry.dependencies]\npydantic = "^1.9"\n', "1.9"),
    "poetry exact": ("pyproject.toml", '[tool.poetry.dependencies]\npydantic = "1.10.4"\n', "1.10.4"),
    "poetry table": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npydantic = {version = ">=2", extras = ["email"]}\n',
        "2",
    ),
    "requirements": ("requirements.txt", "# pins\n-r base.txt\npydantic==1.10.26  # old\n", "1.10.26"),
    "folder": ("requirements/base.txt", "pydantic<2\n", "0"),
    "setup.cfg": ("setup.cfg", "[options]\ninstall_requires =\n    pydantic>=1.8\n", "1.8"),
    "uv.lock": ("uv.lock", '[[package]]\nname = "pydantic"\nversion = "2.11.0"\n', "2.11.0"),
    "poetry.lock": ("poetry.lock", '[[package]]\nname = "pydantic"\nversion = "1.10.4"\n', "1.10.4"),
    "bad": ("pyproject.toml", "[project\n", None),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_says(tmp_path, name):
    path, text, lowest = FILES[name]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)

    assert read_versions(tmp_path, tmp_path, {}).lowest("pydantic") == lowest


def test_the_project_itself_is_no_installed_package(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "My.App"\ndependencies = ["my-app[all]", "redis"]\n')
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "my-app"\nversion = "1"\nsource = { editable = "." }\n\n'
        '[[package]]\nname = "member"\nversion = "1"\nsource = { virtual = "member" }\n\n'
        '[[package]]\nname = "httpx"\nversion = "1"\n'
    )

    assert read_versions(tmp_path, tmp_path, {}).packages == {"redis", "httpx"}


def test_a_lock_decides_over_a_range_and_the_user_over_both(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["pydantic>=1.8"]\n')
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "pydantic"\nversion = "2.11.0"\n')

    assert read_versions(tmp_path, tmp_path, {}).lowest("pydantic") == "2.11.0"
    assert read_versions(tmp_path, tmp_path, {"Pydantic": "1"}).lowest("pydantic") == "1"


BELOW = {
    ("==0.88.0", "0.100"): True,
    (">=0.65", "0.100"): False,
    (">=0.65,<0.99", "0.100"): True,
    ("~=0.88.0", "0.100"): True,
    ("~=0.88", "0.100"): False,
    ("^0.88", "0.100"): True,
    ("^0.100.1", "0.100"): False,
    ("<1", "0.100"): False,
    ("", "0.100"): False,
}


@pytest.mark.parametrize(("clauses", "limit"), BELOW, ids=str)
def test_whether_a_range_ends_before_a_limit(clauses, limit):
    assert is_below(clauses, limit) == BELOW[clauses, limit]


OWN = {'"pydantic>=1.10,<2"': True, '"pydantic>=2.5"': False, '"fastapi"': False, '"pydantic"': False}


@pytest.mark.parametrize("requirement", OWN)
def test_a_newer_target_than_the_projects_own_is_a_migration(tmp_path, requirement):
    (tmp_path / "pyproject.toml").write_text(f"[project]\ndependencies = [{requirement}]\n")

    versions = read_versions(tmp_path, tmp_path, {"pydantic": "2"})

    assert versions.migrating("pydantic") is OWN[requirement]
    assert not read_versions(tmp_path, tmp_path, {}).migrating("pydantic")


def test_a_package_is_mentioned_where_any_file_names_it(tmp_path):
    (tmp_path / "requirements.txt").write_text("psycopg[binary, C_x]>=3\n")

    versions = read_versions(tmp_path, tmp_path, {})

    assert (versions.mentions("psycopg"), versions.mentions("asyncpg")) == (True, False)
    assert (versions.mentions("Psycopg[c-x]"), versions.mentions("psycopg[pool]")) == (True, False)
    assert read_versions(tmp_path / "empty", tmp_path / "empty", {}).mentions("psycopg") is None


def test_a_check_may_ask_whether_a_project_stays_below_a_release(tmp_path):
    versions = Versions(ranges={"fastapi": ">=0.100,<0.110", "pydantic": ">=2"})
    ctx = Context("main.py", "", Evaluator(Project(tmp_path, (), versions=versions), KindTable()))

    assert ctx.stays_below("fastapi", "0.110")
    assert not ctx.stays_below("fastapi", "0.109")
    assert not ctx.stays_below("pydantic", "3")
    assert not ctx.stays_below("sqlalchemy", "2")
