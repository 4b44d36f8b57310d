"""STK102 and STK103 on real Pydantic: every key that it renamed or removed is found, and no other."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import pydantic
import pytest
from pydantic._internal._config import V2_REMOVED_KEYS, V2_RENAMED_KEYS
from pydantic_settings import SettingsConfigDict

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, found_in

RULES = [rule for rule in load_rules() if rule.code in {"STK102", "STK103"}]
PAGE = RULES[0].page
KEPT = sorted({*pydantic.ConfigDict.__annotations__, *SettingsConfigDict.__annotations__})


def codes(text):
    results = found_in(Case(Path("/project"), {"models.py": text}), RULES)
    return [hit.code for result in results.values() for hit in result.hits]


def with_key(key, value="object"):
    return (
        "from pydantic import ConfigDict\nfrom pydantic_settings import BaseSettings\n\n\n"
        f"class Model(BaseSettings):\n    model_config = {{'{key}': {value}}}\n\n\n"
        f"options = ConfigDict({key}={value})\n"
    )


def fixed(text, *, unsafe=False):
    texts, _ = fixed_texts(Case(Path("/project"), {"models.py": text}), RULES, unsafe=unsafe)
    return texts["models.py"]


def executed(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(text, "proof.py", "exec"), namespace)
    return SimpleNamespace(**namespace), [str(one.message) for one in caught]


@pytest.mark.parametrize("key", sorted(V2_RENAMED_KEYS))
def test_every_renamed_key_is_found(key):
    assert codes(with_key(key)) == ["STK102", "STK102"]


@pytest.mark.parametrize("key", sorted(V2_REMOVED_KEYS - {"allow_mutation"}))
def test_every_removed_key_is_found(key):
    assert codes(with_key(key)) == ["STK103", "STK103"]


@pytest.mark.parametrize("key", [key for key in KEPT if key != "schema_generator"])
def test_no_key_of_v2_is_found(key):
    assert codes(with_key(key)) == []


@pytest.mark.parametrize("key", sorted(V2_RENAMED_KEYS))
def test_every_new_name_is_the_one_that_pydantic_names(key):
    text = fixed(f"from pydantic import ConfigDict\n\noptions = ConfigDict({key}=1)\n")

    assert executed(text)[0].options == {V2_RENAMED_KEYS[key]: 1}


def test_the_example_says_nothing_and_reads_no_rows():
    models, said = executed(examples(PAGE)[0]["example.py"])

    with pytest.raises(pydantic.ValidationError):
        models.User.model_validate(SimpleNamespace(name="Ada"))
    assert any("Valid config keys have changed in V2" in text for text in said)


def test_the_fixed_example_reads_rows():
    models, said = executed(fixed(examples(PAGE)[0]["example.py"]))

    assert models.User.model_validate(SimpleNamespace(name="Ada")).name == "Ada"
    assert said == []


def test_a_keyword_of_a_class_is_refused_until_it_is_fixed():
    text = (
        "from pydantic import BaseModel\n\n\nclass User(BaseModel, orm_mode=True, smart_union=True):\n    name: str\n"
    )

    with pytest.raises(TypeError):
        executed(text)
    assert executed(fixed(text))[0].User.model_config == {"from_attributes": True}


def test_the_keyword_of_with_config_warns_until_it_is_fixed():
    text = (
        "from typing import NamedTuple\nfrom typing_extensions import TypedDict\n"
        "from pydantic import ConfigDict, TypeAdapter, with_config\n\n\n"
        "@with_config(config=ConfigDict(str_to_lower=True))\nclass Text(TypedDict):\n    a: str\n\n\n"
        "adapter = TypeAdapter(Text)\n"
    )

    assert any("Passing `config` as a keyword argument" in said for said in executed(text)[1])
    models, said = executed(fixed(text))
    assert said == []
    assert models.adapter.validate_python({"a": "A"}) == {"a": "a"}


def test_schema_generator_warns_until_it_is_fixed():
    text = (
        "from pydantic import BaseModel, ConfigDict\n\n\n"
        "class User(BaseModel):\n    model_config = ConfigDict(title='U', schema_generator=object)\n"
    )

    assert any("schema_generator" in said for said in executed(text)[1])
    assert executed(fixed(text))[1] == []
