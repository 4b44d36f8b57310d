"""STK141 on real Pydantic: that each old name is refused or warned of, and that what takes its place is silent."""

import re
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from pydantic.warnings import PydanticDeprecationWarning

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, read_case

RULE = next(rule for rule in load_rules() if rule.code == "STK141")
PACKAGE = RULE.module.rpartition(".")[0]
TABLES = import_module(f"{PACKAGE}._moved_names")
REMOVED = import_module(f"{PACKAGE}._removed_names")
NAMES = Path(__file__).parents[2] / "fixtures" / "rules" / "pydantic" / "moved_import" / "names"
BORROWED = {name: home for home, names in TABLES.BORROWED.items() for name in names.split()}
# `Color` and the payment cards warn when they are used.
USED = {"pydantic.color.Color": ("red",), "pydantic.PaymentCardNumber": ("4242424242424242",),
        "pydantic.types.PaymentCardNumber": ("4242424242424242",)}  # fmt: skip


def run(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


def imported(symbol):
    module, _, name = symbol.rpartition(".")
    return run(f"from {module} import {name}")[name]


@pytest.mark.parametrize(
    "symbol", sorted({*TABLES.MOVED, *TABLES.REPLACED, *TABLES.CALLED} - {"pydantic.types.PaymentCardBrand"})
)
def test_an_old_name_is_refused_or_warned_of(symbol):
    with pytest.raises((ImportError, DeprecationWarning)):
        imported(symbol)(*USED.get(symbol, ()))


@pytest.mark.parametrize("symbol", TABLES.MOVED.values())
def test_a_new_name_is_there_without_a_warning(symbol):
    assert imported(symbol) is not None


@pytest.mark.parametrize("code", TABLES.REPLACED.values())
def test_code_that_takes_a_place_runs(code):
    symbols = re.findall(r"\{([\w.]+)\}", code)
    namespace = {symbol.rpartition(".")[2]: imported(symbol) for symbol in symbols}

    value = eval(re.sub(r"\{[\w.]*?(\w+)\}", r"\1", code), namespace)

    assert value is not None


@pytest.mark.parametrize("module", sorted(REMOVED.SHELLS))
def test_a_shell_has_nothing_that_it_once_imported(module):
    for name in BORROWED:
        with pytest.raises(ImportError):
            imported(f"{module}.{name}")


@pytest.mark.parametrize("module", REMOVED.LOST)
def test_a_module_has_lost_what_the_table_says(module):
    for name in REMOVED.LOST[module]:
        with pytest.raises((ImportError, PydanticDeprecationWarning)):
            imported(f"{module}.{name}")


@pytest.mark.parametrize("name", BORROWED)
def test_a_borrowed_name_is_at_home(name):
    assert imported(f"{BORROWED[name]}.{name}") is not None or name == "TYPE_CHECKING"


def test_the_pair_of_generators_is_what_the_old_one_was():
    from pydantic import alias_generators, utils

    with pytest.warns(PydanticDeprecationWarning):
        old = utils.to_camel, utils.to_lower_camel

    assert old == (alias_generators.to_pascal, alias_generators.to_camel)


def test_the_example_cannot_be_imported_and_the_other_one_works(monkeypatch):
    before, after = (texts["example.py"] for texts in examples(RULE.page)[:2])
    monkeypatch.setenv("PORT", "9000")

    with pytest.raises(ImportError):
        run(before)
    assert run(after)["settings"]().port == 9000


def test_what_every_name_has_become_runs():
    texts, _ = fixed_texts(read_case(NAMES), [RULE], unsafe=True)

    made = run(texts["models.py"])

    assert made["User"](name="Ada", age=36, check="math.cos", home="https://localhost").nick is None
    assert made["User"].model_fields["age"].is_required()
    assert made["DOCUMENT"]["title"] == "Users"


def test_a_default_that_version_1_had_is_written_out():
    text = "from pydantic import BaseModel, NoneStr\n\n\nclass User(BaseModel):\n    name: NoneStr\n"

    texts, _ = fixed_texts(Case(Path("/project"), {"models.py": text}), [RULE], unsafe=False)

    assert run(texts["models.py"])["User"]().name is None
