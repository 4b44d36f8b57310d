"""STK161 on real Pydantic: what becomes of the hooks, and that the page's way works."""

import warnings

import pydantic
import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK161")


def postcode(number):
    namespace = {"__name__": "proof"}
    exec(compile(examples(RULE.page)[number]["example.py"], "proof.py", "exec", dont_inherit=True), namespace)
    return namespace["Postcode"]


def adapter(number):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydantic.TypeAdapter(postcode(number))


def test_the_hooks_of_pydantic_1_fail():
    with pytest.raises(pydantic.PydanticUserError, match="__modify_schema__"):
        adapter(0)


def test_a_function_that_takes_the_value_alone_fails_when_it_is_called():
    old = type("Old", (str,), {"__get_validators__": classmethod(lambda cls: iter([lambda value: cls(value)]))})
    with pytest.warns(pydantic.warnings.PydanticDeprecatedSince20):
        validator = pydantic.TypeAdapter(old)

    with pytest.raises(TypeError, match="takes 1 positional argument"):
        validator.validate_python("a")


def test_what_the_page_says_to_use_instead_validates_and_describes():
    new = adapter(1)

    assert new.validate_python("sw1a 1aa") == "SW1A 1AA"
    assert new.json_schema() == {"type": "string", "examples": ["SW1A 1AA"]}
