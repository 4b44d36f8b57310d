"""STK101 on real Pydantic: what the old class no longer does, and that the fix does it again."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import pydantic
import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK101")
FORMS = Path(__file__).parents[2] / "fixtures" / "rules" / "pydantic" / "class_config" / "forms"
ROW = SimpleNamespace(name="Ada")


def models_of(text):
    """The names of a module, and the texts of the warnings that making it gave."""
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(text, "proof.py", "exec"), namespace)
    return SimpleNamespace(**namespace), [str(warning.message) for warning in caught]


def example(number):
    return examples(RULE.page)[number]["example.py"]


def fixed(text, *, unsafe=False):
    texts, _ = fixed_texts(Case(Path("/project"), {"models.py": text}), [RULE], unsafe=unsafe)
    return texts["models.py"]


def test_the_old_option_is_ignored_with_a_warning_only():
    models, said = models_of(example(0))

    with pytest.raises(pydantic.ValidationError):
        models.User.model_validate(ROW)
    assert any("Valid config keys have changed in V2" in text for text in said)
    assert any("class-based `config` is deprecated" in text for text in said)


def test_what_the_page_says_to_use_instead_reads_the_object():
    models, said = models_of(example(1))

    assert models.User.model_validate(ROW).name == "Ada"
    assert said == []


def test_the_fix_makes_the_option_work():
    models, said = models_of(fixed(example(0)))

    assert models.User.model_validate(ROW).name == "Ada"
    assert said == []


OPTIONS = {
    "orm_mode = True": ("from_attributes", True),
    "allow_population_by_field_name = True": ("validate_by_name", True),
    "anystr_lower = True": ("str_to_lower", True),
    "anystr_upper = True": ("str_to_upper", True),
    "anystr_strip_whitespace = True": ("str_strip_whitespace", True),
    "min_anystr_length = 2": ("str_min_length", 2),
    "max_anystr_length = 9": ("str_max_length", 9),
    "validate_all = True": ("validate_default", True),
    "keep_untouched = (property,)": ("ignored_types", (property,)),
    "schema_extra = {'a': 1}": ("json_schema_extra", {"a": 1}),
    "extra = Extra.forbid": ("extra", "forbid"),
    "title = 'T'": ("title", "T"),
    "arbitrary_types_allowed: bool = True": ("arbitrary_types_allowed", True),
    "json_encoders = {}": ("json_encoders", {}),
    "use_enum_values = True": ("use_enum_values", True),
    "allow_mutation = False": ("frozen", True),
}


@pytest.mark.parametrize("line", OPTIONS)
def test_every_option_arrives_under_its_new_name(line):
    text = f"from pydantic import BaseModel, Extra\n\n\nclass Model(BaseModel):\n    class Config:\n        {line}\n"

    models, said = models_of(fixed(text, unsafe=True))
    name, value = OPTIONS[line]

    assert models.Model.model_config[name] == value
    assert [one for one in said if "Valid config keys" in one or "class-based" in one] == []


@pytest.mark.parametrize(
    "line",
    ["smart_union = True", "underscore_attrs_are_private = True", "allow_mutation = True",
     "copy_on_model_validation = 'none'"],
)  # fmt: skip
def test_an_option_that_v2_always_follows_leaves_nothing_behind(line):
    text = (
        "from pydantic import BaseModel\n\n\nclass Model(BaseModel):\n    name: str = ''\n\n"
        f"    class Config:\n        {line}\n"
    )

    models, said = models_of(fixed(text))

    assert models.Model.model_config == {}
    assert said == []


def test_a_child_keeps_the_options_of_its_parent():
    text = (
        "from pydantic import BaseModel\n\n\nclass Parent(BaseModel):\n    class Config:\n        orm_mode = True\n\n\n"
        "class Child(Parent):\n    class Config(Parent.Config):\n        title = 'C'\n"
    )

    models, _ = models_of(fixed(text))

    assert models.Child.model_config == {"from_attributes": True, "title": "C"}


def test_the_fixed_fixture_still_imports():
    case = read_case(FORMS)
    text = case.unsafe["models.py"].replace('{"title": title}', "{}")

    models, _ = models_of(text)

    assert models.Commented.model_config == {"from_attributes": True, "extra": "forbid"}
    assert models.Example.model_config["json_schema_extra"] == {"example": {"name": "Ada"}}


def test_a_function_of_the_class_is_called_from_outside():
    case = read_case(FORMS.parent / "functions")

    models, _ = models_of(case.unsafe["models.py"])

    assert models.HTTPBox.model_json_schema(by_alias=True)["x"] == "HTTPBox"
    assert models.HTTPBox(BOX_ID=3).box_id == models.Item(ITEM_ID=3).item_id == models.make()(LOCAL_ID=3).local_id == 3
    assert models.Lambda.model_json_schema()["a"] == 1
    assert models.Named.model_json_schema()["description"] == "d"


def test_options_of_fields_arrive_in_the_attributes():
    case = read_case(FORMS.parent / "fields")
    fields = models_of(case.unsafe["models.py"])[0].Item.model_fields

    assert {name: field.alias for name, field in fields.items()} == {
        "a": "A", "b": "B", "c": "cC", "d": None, "e": None, "f": "F",
    }  # fmt: skip
    assert (fields["b"].exclude, fields["c"].title, fields["d"].title) == (True, "C", "D")
    assert fields["f"].is_required()


def test_shared_options_reach_every_model():
    case = read_case(FORMS.parent / "shared")
    text = case.unsafe["conf.py"] + case.unsafe["more.py"].replace("from conf import OrmConfig\n", "")

    models, said = models_of(text)

    assert models.G.model_config == {"from_attributes": True, "extra": "forbid"}
    assert said == []


def test_a_class_of_options_by_name_is_refused():
    text = (
        "from pydantic import BaseModel\n\n\nclass Shared:\n    orm_mode = True\n\n\n"
        "class User(BaseModel):\n    Config = Shared\n"
    )

    with pytest.raises(pydantic.errors.PydanticUserError):
        models_of(text)
    assert models_of(fixed(text))[0].User.model_config == {"from_attributes": True}


def test_reads_of_the_class_go_with_it():
    text = (
        "from pydantic import BaseModel\n\n\nclass User(BaseModel):\n    class Config:\n        title = 'U'\n"
        "        orm_mode = True\n\n\nclass Admin(User):\n    pass\n\n\n"
        "read = [Admin.Config.title, User.Config.orm_mode]\n"
    )

    assert models_of(text)[0].read == models_of(fixed(text))[0].read == ["U", True]


def test_settings_behind_a_mixin_are_settings():
    text = (
        "from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings\n\n\n"
        "class Pool(BaseModel):\n    size: int = 5\n\n\nclass Settings(Pool, BaseSettings):\n    class Config:\n"
        "        env_prefix = 'X_'\n"
    )

    models, said = models_of(fixed(text))

    assert models.Settings.model_config["env_prefix"] == "X_"
    assert said == []
