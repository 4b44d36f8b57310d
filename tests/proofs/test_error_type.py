"""STK145 on real Pydantic: that the new types exist and the old ones do not."""

import warnings
from importlib import import_module
from typing import get_args

from pydantic_core.core_schema import ErrorType
from pydantic_extra_types.color import Color
from pydantic_extra_types.payment import PaymentCardNumber

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULE = next(rule for rule in load_rules() if rule.code == "STK145")
TYPES = import_module(RULE.module.replace("pydantic.error_type", "analyses.error_types")).TYPES
KNOWN = set(get_args(ErrorType))
# Raised by types that are written in Python.
CUSTOM = {"color_error", "import_error", "ip_any_address", "ip_any_interface", "ip_any_network", "ip_v4_address",
          "ip_v4_interface", "ip_v4_network", "ip_v6_address", "ip_v6_interface", "ip_v6_network", "is_hashable",
          "is_type", "path_not_directory", "path_not_file", "path_type", "payment_card_number_brand",
          "payment_card_number_digits",
          "payment_card_number_luhn", "pattern_regex"}  # fmt: skip


def run(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


def test_every_new_type_is_one():
    assert {new for new in TYPES.values() if new} <= KNOWN | CUSTOM


def test_no_old_type_is_left():
    assert not {*TYPES} & (KNOWN | CUSTOM)


def test_types_that_are_raised_in_python_are_in_the_source():
    import inspect

    import pydantic._internal._validators as validators
    import pydantic.networks as networks
    import pydantic.types as types

    places = [
        validators,
        networks,
        types,
        Color,
        PaymentCardNumber,
        import_module("pydantic._internal._generate_schema"),
    ]
    source = "".join(inspect.getsource(inspect.getmodule(place) or place) for place in places)

    assert [name for name in sorted(CUSTOM) if f"'{name}'" not in source and f'"{name}"' not in source] == []


def test_the_example_finds_nothing_any_more_and_the_other_one_does():
    before, after = (run(texts["example.py"]) for texts in examples(RULE.page)[:2])

    assert before["missing"]({}) == []
    assert after["missing"]({}) == ["name"]
