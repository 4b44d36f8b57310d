"""STK142 on real Pydantic: that every name of the tables is refused, or lent with a warning."""

import warnings
from importlib import import_module

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK142")
TABLES = import_module(f"{RULE.module.rpartition('.')[0]}._removed_names")


def run(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("module", TABLES.REMOVED)
def test_none_of_the_names_of_a_module_can_be_imported(module):
    left = []
    for name in TABLES.REMOVED[module]:
        try:
            run(f"from {module} import {name}")
        except ImportError:
            continue
        left.append(name)

    assert left == []


@pytest.mark.parametrize("symbol", sorted(TABLES.CONSTRAINED))
def test_no_constrained_type_can_be_imported(symbol):
    module, _, name = symbol.rpartition(".")

    with pytest.raises(ImportError):
        run(f"from {module} import {name}")


@pytest.mark.parametrize("symbol", sorted(TABLES.LENT))
def test_what_is_lent_warns(symbol):
    module, _, name = symbol.rpartition(".")

    with pytest.raises(DeprecationWarning):
        run(f"from {module} import {name}")


def test_the_example_fails_and_the_other_one_raises_what_a_validator_may_raise():
    before, after = (texts["example.py"] for texts in examples(RULE.page)[:2])

    with pytest.raises(ImportError):
        run(before)
    even = run(after)["even"]
    with pytest.raises(PydanticCustomError, match="3 is odd"):
        even(3)
    assert TypeAdapter(int).validate_python(even(2)) == 2


def test_a_custom_error_becomes_part_of_a_validation_error():
    after = examples(RULE.page)[1]["example.py"]
    model = run(
        f"{after}\nfrom typing import Annotated\nfrom pydantic import AfterValidator, BaseModel\n"
        "class Pair(BaseModel):\n    size: Annotated[int, AfterValidator(even)]\n"
    )["Pair"]

    with pytest.raises(ValidationError, match="3 is odd"):
        model(size=3)
