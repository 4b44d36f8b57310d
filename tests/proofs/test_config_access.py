"""STK106 on real Pydantic: what v2 does with the old spelling, and that the new one gives v1's answer."""

from pathlib import Path

import pydantic
import pytest
from pydantic._internal._config import V2_RENAMED_KEYS

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts

RULE = next(rule for rule in load_rules() if rule.code == "STK106")
# BaseConfig of Pydantic 1.10, without what v2 removed.
DEFAULTS = {
    "title": None, "anystr_lower": False, "anystr_upper": False, "anystr_strip_whitespace": False,
    "min_anystr_length": 0, "max_anystr_length": None, "validate_all": False, "extra": "ignore",
    "allow_mutation": True, "frozen": False, "allow_population_by_field_name": False, "use_enum_values": False,
    "validate_assignment": False, "arbitrary_types_allowed": False, "orm_mode": False, "alias_generator": None,
    "keep_untouched": (), "schema_extra": {}, "json_encoders": {}, "allow_inf_nan": True,
}  # fmt: skip
MODEL = "from pydantic import BaseModel, ConfigDict\n\n\nclass User(BaseModel):\n    {line}\n\n\nvalue = {read}\n"


def fixed(text):
    return fixed_texts(Case(Path("/project"), {"models.py": text}), [RULE], unsafe=False)[0]["models.py"]


def value_of(text):
    namespace = {"__name__": "proof"}
    exec(compile(text, "proof.py", "exec"), namespace)
    return namespace["value"]


def test_the_old_attribute_is_gone():
    namespace = {"__name__": "proof"}
    exec(examples(RULE.page)[0]["example.py"], namespace)

    with pytest.raises(AttributeError):
        namespace["reads_rows"]()


@pytest.mark.parametrize("owner", ["User.__config__", "User.Config", "User().__config__"])
@pytest.mark.parametrize("key", DEFAULTS)
def test_an_option_that_is_not_set_has_the_default_of_v1(owner, key):
    assert value_of(fixed(MODEL.format(line="pass", read=f"{owner}.{key}"))) == DEFAULTS[key]


@pytest.mark.parametrize("key", V2_RENAMED_KEYS)
def test_an_option_is_read_under_its_new_name(key):
    value = {"keep_untouched": "()", "schema_extra": "{'a': 1}"}.get(key, "1" if "length" in key else "True")
    line = f"model_config = ConfigDict({V2_RENAMED_KEYS[key]}={value})"

    assert repr(value_of(fixed(MODEL.format(line=line, read=f"User.__config__.{key}")))) == value


def test_the_defaults_of_settings_are_read_from_the_settings():
    text = "from pydantic_settings import BaseSettings\n\n\nclass S(BaseSettings): ...\n\n\nvalue = S.__config__.{}\n"

    read = {key: value_of(fixed(text.format(key))) for key in ("extra", "env_prefix", "validate_all", "orm_mode")}

    assert read == {"extra": "forbid", "env_prefix": "", "validate_all": True, "orm_mode": False}


def test_nothing_is_read_while_the_old_name_is_set():
    text = MODEL.format(line="class Config:\n        orm_mode = True", read="User.__config__.orm_mode")

    assert fixed(text) == text
    assert pydantic.VERSION.startswith("2")
