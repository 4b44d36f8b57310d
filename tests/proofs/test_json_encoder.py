"""STK148 on real Pydantic: that the encoder warns, and what its successor writes in another way."""

import json
import warnings
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic.deprecated.json import pydantic_encoder
from pydantic.warnings import PydanticDeprecationWarning
from pydantic_core import PydanticSerializationError, to_jsonable_python

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK148")


def run(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


def test_the_example_warns_and_the_other_one_writes_the_same():
    before, after = (run(texts["example.py"]) for texts in examples(RULE.page)[:2])

    with pytest.warns(PydanticDeprecationWarning):
        old = before["dumped"](date(2024, 5, 1))

    assert after["dumped"](date(2024, 5, 1)) == old


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_makes_the_fix_unsafe():
    assert (pydantic_encoder(Decimal("1.5")), to_jsonable_python(Decimal("1.5"))) == (1.5, "1.5")
    assert (pydantic_encoder(timedelta(1)), to_jsonable_python(timedelta(1))) == (86400.0, "P1D")
    with pytest.raises(TypeError):
        json.dumps(object(), default=pydantic_encoder)
    with pytest.raises(PydanticSerializationError):
        json.dumps(object(), default=to_jsonable_python)
