"""STK168 on real pydantic-settings: another line of the env file is an error, and each fix ends that."""

import warnings
from pathlib import Path

import pytest
from pydantic import ValidationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK168")
OLDER = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["pydantic>=2.5", "pydantic-settings>=2.5"]\n'


def settings_of(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace["Settings"]


def example(number):
    return examples(RULE.page)[number]["example.py"]


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEBUG", raising=False)
    (tmp_path / ".env").write_text("DEBUG=1\nPOSTGRES_PASSWORD=secret\n", encoding="utf-8")


@pytest.mark.usefixtures("env_file")
def test_a_line_that_no_field_wants_is_an_error():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        settings_of(example(0))()


@pytest.mark.usefixtures("env_file")
def test_the_safe_fix_reads_the_rest_and_still_refuses_unknown_arguments():
    settings = settings_of(example(1))

    assert settings().debug
    with pytest.raises(ValidationError, match="extra_forbidden"):
        settings(debgu=True)


@pytest.mark.usefixtures("env_file")
def test_the_fix_for_older_releases_ignores_unknown_arguments_too():
    case = Case(Path("/nowhere"), {"config.py": example(0), "pyproject.toml": OLDER})
    safe, _ = fixed_texts(case, [RULE], unsafe=False)
    unsafe, _ = fixed_texts(case, [RULE], unsafe=True)

    settings = settings_of(unsafe["config.py"])

    assert safe["config.py"] == example(0)
    assert (settings().debug, settings(debgu=True).debug) == (True, True)
