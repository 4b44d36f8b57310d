"""STK169 on real pydantic-settings: the alias names the variable, and what the page says reads both."""

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK169")


def settings_of(text):
    namespace = {"__name__": "proof"}
    exec(compile(text, "proof.py", "exec"), namespace)
    return namespace["Settings"]


def example(number):
    return examples(RULE.page)[number]["example.py"]


def moved(text):
    """The old settings with their import and their options as Pydantic 2 has them."""
    text = text.replace("import BaseSettings, Field", "import Field\nfrom pydantic_settings import BaseSettings")
    return text.replace(
        '    class Config:\n        env_prefix = "APP_"\n', '    model_config = {"env_prefix": "APP_"}\n'
    )


def test_the_variable_of_the_field_is_not_read(monkeypatch):
    monkeypatch.setenv("APP_API_TOKEN", "right")

    assert settings_of(moved(example(0)))().api_token == ""


def test_the_variable_of_the_alias_is_read_instead(monkeypatch):
    monkeypatch.setenv("token", "wrong")

    assert settings_of(moved(example(0)))().api_token == "wrong"


def test_what_the_page_says_to_use_instead_reads_the_variable_and_takes_the_alias(monkeypatch):
    settings = settings_of(example(1))
    monkeypatch.setenv("APP_API_TOKEN", "right")

    assert settings().api_token == "right"
    assert settings(token="given").api_token == "given"
