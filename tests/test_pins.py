"""Pins: one finding at the requirement, which counts what it hides."""

import json
import subprocess
import sys

import pytest

MODEL = """from pydantic import BaseModel


class User(BaseModel):
    class Config:
        orm_mode = True


def shown(user: User):
    return user.dict()
"""


def check(folder, *options):
    command = [sys.executable, "-m", "stackcheck", "--select", "STK1", "--output-format", "json", *options]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert run.returncode in {0, 1}, run.stderr
    return [(one["code"], one["location"]["row"], one["message"]) for one in json.loads(run.stdout)]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["pydantic<2"]\n')
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "models.py").write_text(MODEL)
    (tmp_path / "app" / "more.py").write_text("from app.models import User\n\nprint(User().json())\n")
    return tmp_path


def test_a_pin_is_the_only_finding_and_counts_the_others(project):
    found = check(project)

    assert [(code, row) for code, row, _ in found] == [("STK100", 4)]
    assert "hides 3 findings in 2 files; `--target pydantic=2` shows them" in found[0][2]


def test_what_is_named_does_not_change_the_count(project):
    assert check(project, "pyproject.toml") == check(project) == check(project, "app")


def test_a_file_alone_says_nothing(project):
    assert check(project, "app/models.py") == []


def test_a_target_shows_what_was_hidden(project):
    assert [code for code, _, _ in check(project, "--target", "pydantic=2")] == ["STK101", "STK121", "STK121"]


def test_only_selected_rules_count(project):
    found = check(project, "--ignore", "STK121")

    assert "hides 1 finding in 1 file;" in found[0][2]


def test_suppressed_findings_do_not_count(project):
    models = project / "app" / "models.py"
    models.write_text(models.read_text().replace("user.dict()", "user.dict()  # noqa: STK121"))

    assert "hides 2 findings in 2 files" in check(project)[0][2]


def test_excluded_files_do_not_count(project):
    assert "hides 2 findings in 1 file;" in check(project, "--exclude", "more.py")[0][2]


@pytest.mark.parametrize("comment", ["# noqa: STK100", "# stackcheck: ignore[STK100]"])
@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.txt"])
def test_a_pin_can_be_suppressed(project, name, comment):
    line = {"pyproject.toml": f'dependencies = ["pydantic<2"]  {comment}', "requirements.txt": f"pydantic<2  {comment}"}
    head = '[project]\nname = "x"\nversion = "1"\n' if name == "pyproject.toml" else ""
    (project / "pyproject.toml").unlink()
    (project / name).write_text(f"{head}{line[name]}\n")

    assert check(project) == []


def test_a_pin_in_requirements_is_found_there(project):
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n')
    (project / "requirements.txt").write_text("fastapi\npydantic[email]==1.10.2 ; python_version < '3.12'\n")

    assert [(code, row) for code, row, _ in check(project)] == [("STK100", 2)]


def test_of_two_requirements_the_one_that_pins_is_named(project):
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["pydantic>=1"]\n')
    (project / "requirements.txt").write_text("pydantic==1.10.2\n")

    ((_, row, message),) = check(project)

    assert (row, "`pydantic==1.10.2`" in message) == (1, True)


def test_a_lock_alone_counts_where_it_hides_something(project):
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi"]\n')
    (project / "poetry.lock").write_text('[[package]]\nname = "pydantic"\nversion = "1.10.4"\n')

    ((code, row, message),) = check(project)

    assert (code, row) == ("STK100", 1)
    assert "by its lock file, which hides 3 findings" in message


BASE = """from sqlalchemy.orm import declarative_base

Base = declarative_base()
"""


def of_sqlalchemy(folder, requirement, *options):
    project = f'[project]\nname = "x"\nversion = "1"\ndependencies = ["{requirement}"]\n'
    (folder / "pyproject.toml").write_text(project)
    (folder / "models.py").write_text(BASE)
    return check(folder, "--select", "STK200,STK204", *options)


@pytest.mark.parametrize("requirement", ["sqlalchemy<2", "SQLAlchemy==1.4.54", "flask-sqlalchemy==2.5.1"])
def test_a_pin_of_sqlalchemy_counts_what_it_hides(tmp_path, requirement):
    ((code, row, message),) = of_sqlalchemy(tmp_path, requirement)

    assert (code, row) == ("STK200", 4)
    assert "which hides 1 finding in 1 file; `--target sqlalchemy=2` shows them" in message


@pytest.mark.parametrize("requirement", ["sqlalchemy>=1.4", "sqlalchemy>=1.4,<3", "flask-sqlalchemy>=2.5"])
def test_a_range_that_admits_both_is_no_pin(tmp_path, requirement):
    assert "STK200" not in [code for code, _, _ in of_sqlalchemy(tmp_path, requirement)]


def test_a_target_shows_what_a_pin_of_sqlalchemy_hid(tmp_path):
    found = of_sqlalchemy(tmp_path, "sqlalchemy<2", "--target", "sqlalchemy=2")

    assert [code for code, _, _ in found] == ["STK204"]
