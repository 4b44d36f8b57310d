"""STK111 on real Pydantic: what a rewrite must not change, and that the fixes keep it."""

import sys
import warnings
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from pydantic import ValidationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK111")
HEAD = (
    "from typing import Dict, List, Optional, Tuple\n"
    "from pydantic import BaseModel, Field, field_validator, validator\n\n"
)


def made(text, *others):
    """The names of a module that may import the modules before it."""
    for name, source in others:
        sys.modules[name] = ModuleType(name)
        exec(compile(source, f"{name}.py", "exec"), vars(sys.modules[name]))
    namespace = {"__name__": "proof"}
    try:
        exec(compile(text, "proof.py", "exec"), namespace)
    finally:
        for name, _ in others:
            del sys.modules[name]
    return SimpleNamespace(**namespace)


def old(text, *others):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return made(text, *others)


def fixed(text, *, unsafe=False, **others):
    texts, _ = fixed_texts(Case(Path("/project"), {"main.py": text, **others}), [RULE], unsafe=unsafe)
    return texts


def validators(*names, mode=""):
    """Methods that each add their name to the value, `o…` in the old spelling and `n…` in the new one."""
    lines = []
    for name in names:
        if name.startswith("o"):
            lines.append(f"    @validator('a', pre={mode == 'before'})")
        else:
            lines.append(f"    @field_validator('a', mode={mode!r})")
        lines.append(f"    @classmethod\n    def {name}(cls, v):\n        return v + ' {name}'\n")
    return "\n".join(lines)


@pytest.mark.parametrize("mode", ["before", "after"])
def test_a_validator_that_is_rewritten_alone_overtakes_the_others(mode):
    both = HEAD + "class M(BaseModel):\n    a: str\n" + validators("o1", "o2", mode=mode)
    one = HEAD + "class M(BaseModel):\n    a: str\n" + validators("o1", "n2", mode=mode)

    assert old(both).M(a="").a.split() == list(reversed(old(one).M(a="").a.replace("n", "o").split()))


@pytest.mark.parametrize("mode", ["before", "after"])
@pytest.mark.parametrize("names", [("o1", "o2", "o3"), ("n1", "o2", "o3"), ("o1", "n2", "o3"), ("o1", "o2", "n3")])
@pytest.mark.parametrize("split", [0, 1, 2])
def test_safe_fixes_keep_the_order_within_a_class_and_over_a_base(mode, names, split):
    text = HEAD + "class Base(BaseModel):\n    a: str\n" + validators(*names[:split], mode=mode)
    text += "\nclass M(Base):\n    pass\n" + validators(*names[split:], mode=mode)

    after = fixed(text)["main.py"]

    assert old(after).M(a="").a == old(text).M(a="").a
    assert ("@validator" in after) == ("n" in "".join(names)[2:])


BASE = "from pydantic import BaseModel, validator\n\n\nclass Base(BaseModel):\n    a: str\n\n"
CHILD = "from pydantic import validator\n\nfrom base import Base\n\n\nclass Child(Base):\n"


def test_validators_of_a_hierarchy_over_two_files_are_rewritten_together():
    base, child = BASE + validators("o1", mode="before"), CHILD + validators("o2", mode="before")

    texts = fixed(child, **{"base.py": base})

    assert "@validator" not in texts["base.py"] + texts["main.py"]
    assert made(texts["main.py"], ("base", texts["base.py"])).Child(a="").a == " o2 o1"
    assert old(child, ("base", base)).Child(a="").a == " o2 o1"


def test_validators_of_a_hierarchy_stay_together_where_one_has_no_successor():
    base = BASE + validators("o1", mode="before")
    child = CHILD + "    @validator('a', pre=True)\n    def o2(cls, v, field):\n        return v + repr(field)\n"

    texts = fixed(child, unsafe=True, **{"base.py": base})

    assert texts == {"main.py": child, "base.py": base}


def test_an_item_validator_does_not_bear_a_new_validator_around_it():
    text = HEAD + (
        "class M(BaseModel):\n    a: List[str]\n\n"
        "    @validator('a', each_item=True)\n    def one(cls, v):\n        return v\n\n"
        "    @field_validator('a')\n    def two(cls, v):\n        return v\n"
    )

    with pytest.raises(TypeError, match="cannot be applied to fields with a schema of function-after"):
        old(text)


def test_items_are_validated_as_before():
    text = HEAD + (
        "class M(BaseModel):\n    first: int\n    a: Optional[Dict[str, int]] = None\n    b: Tuple[int, ...] = ()\n\n"
        "    @validator('a', 'b', each_item=True)\n    def small(cls, v, values):\n"
        "        assert v < values['first'], 'too much'\n        return v * 2\n\n"
        "    @validator('b')\n    def total(cls, v):\n        return (*v, sum(v))\n"
    )
    given = [{"first": 9}, {"first": 3, "a": {"x": 1}, "b": [2, 5]}, {"first": 5, "a": {"x": 1}, "b": [2, 3]}]

    before, after = old(text).M, made(fixed(text)["main.py"]).M

    assert [outcome(after, one) for one in given] == [outcome(before, one) for one in given]


def outcome(model, given):
    try:
        return vars(model(**given))
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)


def test_what_a_validator_is_told_is_the_same_dict():
    text = HEAD + (
        "class M(BaseModel):\n    a: int\n    b: int\n    c: int\n\n"
        "    @validator('b')\n    def spoils(cls, v, values):\n        values['a'] = 7\n        return v\n\n"
        "    @validator('c')\n    def sees(cls, v, values, **kwargs):\n        return v + values['a']\n"
    )

    after = fixed(text)["main.py"]

    assert made(after).M(a=1, b=1, c=1).model_dump() == old(text).M(a=1, b=1, c=1).model_dump() == {
        "a": 7, "b": 1, "c": 8}  # fmt: skip


def test_a_default_is_validated_as_before():
    text = HEAD + (
        "class M(BaseModel):\n    a: int = 1\n    b: Optional[int] = Field(None, gt=0)\n    c: List[int] = []\n\n"
        "    @validator('a', 'b', 'c', always=True)\n    def told(cls, v, values):\n        return v or len(values)\n"
    )

    before, after = old(text).M, made(fixed(text)["main.py"]).M

    assert [outcome(after, one) for one in ({}, {"b": 0}, {"a": 0})] == [
        outcome(before, one) for one in ({}, {"b": 0}, {"a": 0})
    ]
