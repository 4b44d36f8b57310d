"""Every fixture with models on the real SQLAlchemy: what a fix of columns writes maps the same tables."""

import random
from pathlib import Path

import pytest
from schema_oracle import load, schema

from stackcheck.fix.passes import fix_project
from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts, project_of, read_case

FIXTURES = Path(__file__).parents[2] / "fixtures" / "rules"
RULES = [rule for rule in load_rules() if rule.code in {"STK201", "STK202", "STK203", "STK248", "STK299"}]
# What needs a library that the tests do not install, fails on purpose, or loses a docstring.
LEFT = {
    "backref/kept/models",
    "legacy_column/docstrings/models",
    "legacy_column/flask/models",
    "legacy_column/flask/on_base",
    "legacy_column/forms/others",
    "nullable_mismatch/agree/others",
    "unannotated_column/without/models",
    "unannotated_relationship/kept/models",
    "unannotated_relationship/refused/models",
}
BOTH = [rule for rule in RULES if rule.code in {"STK201", "STK202"}]
CASES = {
    f"{folder.parent.name}/{folder.name}": (rule, folder)
    for rule in RULES
    for folder in sorted((FIXTURES / rule.family / rule.name.replace("-", "_")).glob("*/"))
}


def modules_of(case, name):
    paths = [path.removesuffix(".py") for path in case.texts if path.endswith(".py")]
    return [path.replace("/", ".") for path in paths if f"{name}/{path}" not in LEFT and not path.endswith("__init__")]


def some_fixed(case, rules, seed):
    """The texts of a fixture with a random half of its findings fixed."""
    chance = random.Random(seed)
    chosen = {}
    evaluator, job = project_of(case, rules)

    def is_chosen(file, hit):
        return hit.fix is not None and chosen.setdefault(hit.message, chance.random() < 0.5)

    outcome = fix_project(evaluator, job, is_chosen)
    assert not outcome.errors
    return {**case.texts, **outcome.texts}


ROWS = """from sqlalchemy import Column, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    __mapper_args__ = {"primary_key": ["a"]}
"""
FORMS = (
    "{} = Column(Integer)",
    "{} = mapped_column(Integer)",
    "{}: Mapped[int]",
    "{}: Mapped[int] = mapped_column(Integer)",
)
MODELS = [name for name, (_, folder) in CASES.items() if modules_of(read_case(folder), name)]


@pytest.mark.parametrize("level", ["safe", "unsafe", 1, 2, 3])
@pytest.mark.parametrize("name", MODELS)
def test_the_schema_stays_the_same(name, level, tmp_path):
    rule, folder = CASES[name]
    case = read_case(folder)
    names = modules_of(case, name)

    before = schema(load(case.texts, names, tmp_path))
    if isinstance(level, int):
        texts = some_fixed(case, [rule], level)
    else:
        texts, _ = fixed_texts(case, [rule], unsafe=level == "unsafe")

    assert schema(load(texts, names, tmp_path)) == before


@pytest.mark.parametrize("seed", range(60))
def test_columns_stay_in_order_whatever_stands_beside_them(seed, tmp_path):
    chance = random.Random(seed)
    lines = [chance.choice(FORMS).format(name) for name in "abcdefg"]
    text = ROWS + "".join(f"    {line}\n" for line in lines)
    case = Case(Path("/project"), {"models.py": text})

    before = schema(load(case.texts, ["models"], tmp_path))
    texts = some_fixed(case, BOTH, seed) if seed % 2 else fixed_texts(case, BOTH, unsafe=True)[0]

    assert schema(load(texts, ["models"], tmp_path)) == before


def test_the_fixtures_have_models():
    assert len(MODELS) > 8
