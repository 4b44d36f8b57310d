"""STK112 on real Pydantic: what v2 refuses, that `pre=True` stays the same, and why some fixes are withheld."""

import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

import pydantic
import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, read_case

RULES = [rule for rule in load_rules() if rule.code == "STK112"]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules" / "pydantic" / "root_validator"


def made(text):
    """The names of a module."""
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "proof.py", "exec", dont_inherit=True), namespace)
    return SimpleNamespace(**namespace)


def fixed(text, *, unsafe=False):
    return fixed_texts(Case(Path("/project"), {"models.py": text}), RULES, unsafe=unsafe)[0]["models.py"]


def outcome(model, data):
    """What validation makes of some input: the fields, or the errors."""
    try:
        return model.model_validate(data).model_dump()
    except pydantic.ValidationError as error:
        return [(one["loc"], one["type"], one["msg"]) for one in error.errors()]


def model(decorator, *lines, head="a: int", options=""):
    body = "\n        ".join(lines)
    return (
        f"from pydantic import BaseModel, root_validator\n\n\nclass Model(BaseModel{options}):\n    {head}\n\n"
        f"    @root_validator{decorator}\n    def check(cls, values):\n        {body}\n"
    )


def test_the_example_of_the_page_cannot_be_imported():
    text = examples(RULES[0].page)[0]["example.py"]

    with pytest.raises(pydantic.PydanticUserError, match="skip_on_failure"):
        made(text)


def test_what_the_page_says_to_use_instead_checks():
    account = made(examples(RULES[0].page)[1]["example.py"]).Account

    assert account(password="a", repeated="a").repeated == "a"
    with pytest.raises(pydantic.ValidationError, match="the passwords differ"):
        account(password="a", repeated="b")


EARLY = """
from pydantic import BaseModel, root_validator

SEEN = []


class Base(BaseModel):
    a: int = 0

    @root_validator(pre=True)
    def first(cls, values):
        SEEN.append("first")
        return {**values, "b": values.get("b", values["a"])}

    @root_validator(pre=True)
    def second(cls, values):
        SEEN.append("second")
        if values.get("a") == "bad":
            raise ValueError("bad")
        return values


class Model(Base):
    b: int = 0

    @root_validator(pre=True)
    def third(cls, values):
        SEEN.append("third")
        return values
"""


@pytest.mark.parametrize("data", [{"a": 1}, {"a": "2", "b": "3"}, {"a": "bad"}, {"a": "x"}])
def test_an_early_validator_stays_the_same(data):
    old, new = made(EARLY), made(fixed(EARLY))

    assert outcome(new.Model, data) == outcome(old.Model, data)
    assert new.SEEN == old.SEEN


def test_no_deprecated_validator_is_left_early():
    assert "root_validator" not in fixed(EARLY)


LATE = """
from pydantic import BaseModel, root_validator


class Model(BaseModel):
    low: int
    high: int
    note: str = ""

    @root_validator(skip_on_failure=True)
    def ordered(cls, values):
        if "note" in values and values["high"] < values["low"]:
            raise ValueError(f"{values['high']} is too low for {cls.__name__}")
        values["note"] = values.get("note") or "fine"
        return values
"""


@pytest.mark.parametrize("data", [{"low": 1, "high": 2}, {"low": "3", "high": 2}, {"low": "x"}, {}])
def test_a_late_validator_gives_the_same_on_self(data):
    old, new = made(LATE), made(fixed(LATE, unsafe=True))

    assert outcome(new.Model, data) == outcome(old.Model, data)


def test_a_late_validator_marks_what_it_sets_on_self():
    old, new = made(LATE), made(fixed(LATE, unsafe=True))

    assert old.Model(low=1, high=2).model_fields_set == {"low", "high"}
    assert new.Model(low=1, high=2).model_fields_set == {"low", "high", "note"}


def test_a_late_validator_on_self_runs_again_for_an_instance():
    old, new = made(LATE), made(fixed(LATE, unsafe=True))
    broken = {"low": 3, "high": 2}

    assert outcome(old.Model, old.Model.model_construct(**broken)) == {**broken, "note": ""}
    assert outcome(new.Model, new.Model.model_construct(**broken))[0][1] == "value_error"


@pytest.mark.parametrize(
    ("option", "error"), [("validate_assignment", RecursionError), ("frozen", pydantic.ValidationError)]
)
def test_assigning_is_withheld_where_it_would_fail(option, error):
    text = model("(skip_on_failure=True)", 'values["a"] = 2', "return values", options=f", {option}=True")
    wrong = text.replace("root_validator(skip_on_failure=True)", 'model_validator(mode="after")')
    wrong = wrong.replace("root_validator", "model_validator").replace("(cls, values)", "(self)")
    wrong = wrong.replace('values["a"]', "self.a").replace("return values", "return self")

    assert fixed(text, unsafe=True) == text
    assert made(text).Model(a=1).a == 2
    # Endless recursion goes into a process of its own: how deep the stack is here nobody knows.
    program = f"import sys\nsys.setrecursionlimit(300)\n{wrong}\nModel(a=1)\n"
    failed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert error.__name__ in failed.stderr
    assert failed.returncode != 0


def test_an_object_is_read_as_pydantic_1_read_it():
    text = model(
        "(pre=True)", 'return {"a": values.get("a") + 1}', head='a: int\n    model_config = {"from_attributes": True}'
    )
    row = SimpleNamespace(a=1)

    with pytest.raises(AttributeError, match="get"):
        made(text).Model.model_validate(row)
    assert made(fixed(text, unsafe=True)).Model.model_validate(row).a == 2
    assert made(fixed(text, unsafe=True)).Model.model_validate({"a": 1}).a == 2


@pytest.mark.parametrize("case", ["after", "before", "objects"])
def test_the_fixed_fixtures_can_be_imported(case):
    texts = read_case(FIXTURES / case).unsafe

    module = made(texts["models.py"].replace("_post = root_validator(allow_reuse=True)(split)", ""))

    assert module.BaseModel is pydantic.BaseModel
