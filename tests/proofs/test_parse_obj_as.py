"""STK143 on real Pydantic: that a `TypeAdapter` does what the deprecated functions do."""

import warnings
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK143")
HEAD = """
from datetime import date
from decimal import Decimal
from pydantic import BaseModel, parse_obj_as, schema_json_of, schema_of

class Item(BaseModel):
    name: str
    day: date = date(2024, 5, 1)
"""


def run(text, *, strict=False):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error" if strict else "ignore")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


def fixed(text):
    texts, _ = fixed_texts(Case(Path("/project"), {"app.py": text}), [RULE], unsafe=False)
    return texts["app.py"]


def outcome(text, *, strict=False):
    try:
        return run(text, strict=strict)["value"]
    except ValidationError as error:
        return error.errors()


@pytest.mark.parametrize(
    "call",
    [
        "parse_obj_as(list[Item], [{'name': 'pen', 'day': '2024-06-01'}])",
        "parse_obj_as(Item, {'name': 'pen'}, type_name='Pen')",
        "parse_obj_as(dict[int, Decimal], {'1': 1.5})",
        "parse_obj_as(list[int], ('1', 'x'))",
        "parse_obj_as(list[Item], [{}])",
        "schema_of(list[Item])",
        "schema_of(list[int], title='Numbers')",
        "schema_of(Item, title='Thing', by_alias=False)",
        "schema_json_of(list[int], title='Numbers', indent=2)",
        "schema_json_of(Item)",
    ],
)
def test_the_new_call_gives_what_the_old_one_gives(call):
    old = f"{HEAD}\nvalue = {call}\n"

    expected = outcome(old)
    found = outcome(fixed(old), strict=True)

    assert as_plain(found) == as_plain(expected)


def as_plain(value):
    """Models of two runs are of two classes."""
    if isinstance(value, list):
        return [as_plain(each) for each in value]
    return value.model_dump() if isinstance(value, BaseModel) else value


def test_the_old_functions_warn():
    with pytest.raises(DeprecationWarning):
        run(f"{HEAD}\nvalue = parse_obj_as(int, 1)\n", strict=True)


def test_the_example_cannot_be_imported_and_the_other_one_reads_json():
    before, after = (texts["example.py"] for texts in examples(RULE.page)[:2])

    with pytest.raises(ImportError):
        run(before)
    made = run(after, strict=True)

    assert [user.name for user in made["loaded"]('[{"name": "Ada"}]')] == ["Ada"]
    assert [user.name for user in made["users"]([{"name": "Ada"}])] == ["Ada"]
