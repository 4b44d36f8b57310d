"""STK115 on real Pydantic: what a class method gets, what it warns of, and that the fix says the same."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import pydantic
import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULES = [rule for rule in load_rules() if rule.code == "STK115"]
TEXT = """
from pydantic import BaseModel, model_validator


class Model(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    @classmethod
    def ordered(cls, values):
        if {high} < {low}:
            raise ValueError("reversed")
        return values
"""
MODEL = TEXT.format(high="values.high", low="values.low")
DICTIONARY = TEXT.format(high='values["high"]', low='values.get("low")')


def made(text):
    """The names of a module, and the warnings that making it gave."""
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(text, "proof.py", "exec", dont_inherit=True), namespace)
    return SimpleNamespace(**namespace), [one.category for one in caught]


def fixed(text, *, unsafe):
    return fixed_texts(Case(Path("/project"), {"models.py": text}), RULES, unsafe=unsafe)[0]["models.py"]


def test_the_example_of_the_page_warns():
    _, said = made(examples(RULES[0].page)[0]["example.py"])

    assert said == [pydantic.warnings.PydanticDeprecatedSince212]


def test_the_fix_is_silent_and_checks_the_same():
    module, said = made(fixed(MODEL, unsafe=False))

    assert said == []
    assert module.Model(low=1, high=2).high == 2
    with pytest.raises(pydantic.ValidationError, match="reversed"):
        module.Model(low=2, high=1)


def test_the_model_is_no_dictionary():
    module, _ = made(DICTIONARY)

    with pytest.raises(TypeError, match="not subscriptable"):
        module.Model(low=1, high=2)


def test_a_dictionary_is_read_as_fields_by_an_unsafe_fix():
    module, _ = made(fixed(DICTIONARY, unsafe=True))

    assert fixed(DICTIONARY, unsafe=False) == DICTIONARY
    assert module.Model(low=1, high=2).high == 2
    with pytest.raises(pydantic.ValidationError, match="reversed"):
        module.Model(low=2, high=1)
