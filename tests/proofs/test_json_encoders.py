"""STK105 on real Pydantic: the serializers do exactly what v2 does for `json_encoders`."""

import warnings
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import fixed_texts, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK105")
FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "pydantic" / "json_encoders"
CASE = read_case(FIXTURES / "serializers")
VALUES = {
    "Only": {"name": "a", "starts": datetime(2024, 5, 6)},
    "Several": {
        "id": UUID(int=7), "starts": datetime(2024, 5, 6, 7), "price": Decimal("1.50"), "tags": ["a"], "other": 3,
        "only": {"name": "b", "starts": datetime(2023, 1, 1)},
    },
    "Typed": {"password": "hunter2"},
}  # fmt: skip


def models_of(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(text, "proof.py", "exec"), namespace)
    return SimpleNamespace(**namespace), [str(one.message) for one in caught]


OLD, SAID = models_of(CASE.texts["models.py"])
NEW, SILENT = models_of(CASE.unsafe["models.py"])


def test_the_option_warns_and_the_serializers_do_not():
    assert any("`json_encoders` is deprecated" in text for text in SAID)
    assert SILENT == []


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("mode", ["json", "python"])
def test_both_dump_alike(name, mode):
    old, new = (getattr(models, name)(**VALUES[name]) for models in (OLD, NEW))

    assert repr(new.model_dump(mode=mode)) == repr(old.model_dump(mode=mode))
    assert new.model_dump_json() == old.model_dump_json()


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_both_have_the_same_schema(name, mode):
    old, new = (getattr(models, name).model_json_schema(mode=mode) for models in (OLD, NEW))

    assert new == old


def test_what_differs_in_a_subclass_gets_no_fix():
    case = read_case(FIXTURES / "untouched")

    assert fixed_texts(case, [RULE], unsafe=True)[0] == case.texts
