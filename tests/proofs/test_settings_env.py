"""STK166 on real pydantic-settings: what is ignored, what an alias forbids, what `populate_by_name` reads."""

import warnings
from pathlib import Path

import pytest
from pydantic import ValidationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK166")
BY_NAME = """
from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    user: str = Field("nobody", env="DATABASE_USER")


def make(user):
    return Settings(user=user)
"""


def settings_of(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace["Settings"]


def example(number):
    return examples(RULE.page)[number]["example.py"]


def fixed(text, *, unsafe=False):
    texts, _ = fixed_texts(Case(Path("/project"), {"config.py": text}), [RULE], unsafe=unsafe)
    return texts["config.py"]


@pytest.fixture
def environment(monkeypatch):
    for name in ("DEBUG", "DATABASE_URL", "DATABASE_USER", "DB_URL", "USER"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_variable_is_ignored(environment):
    environment.setenv("DB_URL", "postgresql://here")

    with pytest.raises(ValidationError):
        settings_of(example(0))()


def test_the_fix_reads_the_variables_in_their_order(environment):
    settings = settings_of(fixed(example(0)))
    environment.setenv("DB_URL", "postgresql://second")
    environment.setenv("DEBUG", "1")

    assert (settings().database, settings().debug) == ("postgresql://second", True)
    environment.setenv("DATABASE_URL", "postgresql://first")
    assert settings().database == "postgresql://first"


def test_an_alias_alone_forbids_the_name_of_the_field(environment):
    alone = BY_NAME.replace("env=", "validation_alias=")

    with pytest.raises(ValidationError, match="extra_forbidden"):
        settings_of(alone)(user="ada")


def test_a_field_that_is_set_by_name_is_fixed_only_unsafely(environment):
    settings = settings_of(fixed(BY_NAME, unsafe=True))
    environment.setenv("DATABASE_USER", "bob")

    assert fixed(BY_NAME) == BY_NAME
    assert (settings().user, settings(user="ada").user) == ("bob", "ada")


def test_what_makes_it_unsafe_is_that_the_variable_of_its_own_name_counts_too(environment):
    environment.setenv("USER", "root")

    assert settings_of(fixed(BY_NAME, unsafe=True))().user == "root"
