"""STK132 on real Pydantic: what the functions of v2 take is not reported, what they refuse is."""

import inspect
from pathlib import Path

import pydantic
import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, found_in

RULE = next(rule for rule in load_rules() if rule.code == "STK132")
FUNCTIONS = ["conbytes", "condate", "condecimal", "confloat", "confrozenset", "conint", "conlist", "conset", "constr"]
REMOVED = {
    "conbytes": {"strip_whitespace": True, "to_upper": True, "to_lower": True},
    "confrozenset": {"min_items": 1, "max_items": 1},
    "conlist": {"min_items": 1, "max_items": 1, "unique_items": True},
    "conset": {"min_items": 1, "max_items": 1},
    "constr": {"regex": "a", "curtail_length": 1},
}
GONE = [(name, word, value) for name, words in REMOVED.items() for word, value in words.items()]


def found(name, argument):
    text = f"from pydantic import {name}\n\nmade = {name}({argument})\n"
    return [hit.code for hit in found_in(Case(Path("/project"), {"models.py": text}), [RULE])["models.py"].hits]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_takes_is_not_reported(name):
    words = [*inspect.signature(getattr(pydantic, name)).parameters]

    assert [word for word in words if found(name, f"{word}=given")] in ([], ["unique_items"])


@pytest.mark.parametrize(("name", "word", "value"), GONE)
def test_what_it_refuses_is_reported(name, word, value):
    items = {} if name in {"conbytes", "constr"} else {"item_type": int}

    with pytest.raises((TypeError, pydantic.PydanticUserError)):
        getattr(pydantic, name)(**items, **{word: value})
    assert found(name, f"{word}={value!r}") == ["STK132"]
