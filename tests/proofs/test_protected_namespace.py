"""STK136 on real Pydantic: every method of `BaseModel` is known, and the option changes nothing but the warning."""

import warnings
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, create_model

from stackcheck.registry import load_rules
from stackcheck.testing import Case, found_in

RULE = next(rule for rule in load_rules() if rule.code == "STK136")
PUBLIC = [name for name in dir(BaseModel) if not name.startswith("_") and name != "model_config"]


def warned(**options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = create_model("M", model_dump_path=(str, "x"), __config__=ConfigDict(**options))
    return model, [str(one.message) for one in caught]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_field_with_the_name_of_a_method_is_reported(name):
    text = f"from pydantic import BaseModel\n\n\nclass M(BaseModel):\n    {name}: int\n"

    results = found_in(Case(Path("/project"), {"models.py": text}), [RULE])

    assert [hit.code for hit in results["models.py"].hits] == ["STK136"]


def test_the_option_takes_away_the_warning_alone():
    before, said = warned()
    after, silent = warned(protected_namespaces=())

    assert "conflicts with protected namespace" in said[0]
    assert silent == []
    assert before.model_json_schema() == after.model_json_schema()
    assert before(model_dump_path="y").model_dump() == after(model_dump_path="y").model_dump()
