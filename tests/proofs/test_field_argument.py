"""STK131 on real Pydantic: a rewritten pattern takes what v1's `re.match` took, the rest does what v2's shim does."""

import inspect
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts, found_in

RULE = next(rule for rule in load_rules() if rule.code == "STK131")

PIECES = [
    "a", "b", "é", "1", " ", "-", "_", ".", "&", "~", "#", ",", "<", r"\d", r"\w", r"\s", r"\S", r"\b", r"\.", r"\-",
    r"\/", r"\x41", r"\n", r"\1", r"\Z", r"\A", r"\B", r"\<", "^", "$", "|", "(", "(?:", "(?P<n>", "(?i:", "(?=a)",
    "(?!a)", "(?#c)", "(?i)", ")", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{2,}", "*?", "+?", "??", "*+", "{", "}",
    "]", "[abc]", "[^ab]", "[a-z]", "[]a]", "[^]a]", "[a-z-9]", r"[\w.-]", "[[a]", "[a&&b]", "[a--b]", "[a~~b]",
    "[-a]", r"[a\]]", r"[\s\d]", r"[\b]", "[<#&~]",
]  # fmt: skip


def compiles(pattern):
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join).filter(compiles)
# Python's `$` passes over a last line break: the page says so.
TEXTS = st.text("ab1é -_.A\n\t]^&~[#<,{}ß", max_size=5).filter(lambda text: not text.endswith("\n"))


def fixed(text, *, unsafe=False):
    texts, _ = fixed_texts(Case(Path("/project"), {"models.py": text}), [RULE], unsafe=unsafe)
    return texts["models.py"]


def made(text):
    """The names of a module that is made without a warning counting."""
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "proof.py", "exec"), namespace)
    return SimpleNamespace(**namespace)


def accepts(model, text):
    try:
        model(a=text)
    except ValidationError:
        return False
    return True


def matching(pattern):
    """A model in the old style; the pattern is written as it may stand in a file."""
    return (
        f"from pydantic import BaseModel, Field\n\n\nclass M(BaseModel):\n    a: str = Field(..., regex={pattern!r})\n"
    )


@pytest.mark.filterwarnings("ignore::FutureWarning")
@settings(max_examples=150, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=6, max_size=6))
def test_a_fixed_model_takes_what_v1_matched(pattern, texts):
    code = fixed(matching(pattern))
    assume("pattern=" in code)  # flags behind a comment are left alone

    models = made(code)

    for text in texts:
        assert accepts(models.M, text) == (re.match(pattern, text) is not None), (pattern, text)


REAL = [
    ("^[a-z0-9]+(?:-[a-z0-9]+)*$", "on-cats", "On Cats"),
    ("[A-Z]{2}\\d+", "AB12 and more", "see AB12"),
    ("open|closed", "closed for good", "not open"),
    ("^cat|^dog", "dogma", "a dog"),
    (r"(?i)https?://\S+", "HTTPS://a.b", "see http://a.b"),
    (r"(?m)^b", "b", "a\nb"),
    (r"^(?=.*\d)(?=.*[a-z]).{8,}$", "abcdefg1", "abcdefgh"),
    (r"(\w)\1", "aab", "baa"),
    (r"\w{1,300}$", "a", "-a"),
    (r"^\{[^{}]*\}$", "{a}", "{a"),
    (r"^{.*}$", "{a}", "a"),
    (r"[[a-c]+", "[a", "d"),
    (r"^\S+@\S+\.\S+\Z", "a@b.c", "a@b"),
    ("(a|b)|c", "c", "dc"),
    (r"^[^\W_]+$", "abc", "a_c"),
]


@pytest.mark.parametrize(("pattern", "good", "bad"), REAL)
def test_real_patterns_come_through(pattern, good, bad):
    model = made(fixed(matching(pattern))).M

    assert (accepts(model, good), accepts(model, bad)) == (True, False)


@pytest.mark.parametrize("name", [name for name in inspect.signature(Field).parameters if name != "extra"])
def test_what_field_takes_is_not_reported(name):
    text = f"from pydantic import Field\n\nfield = Field({name}=given)\n"

    results = found_in(Case(Path("/project"), {"models.py": text}), [RULE])

    assert results["models.py"].hits == ()


SHIMMED = """
from pydantic import BaseModel, Field


class M(BaseModel):
    a: int = Field(1, example=2, widget="text", ge=0)
    b: list[int] = Field([], min_items=1, max_items=3, min_length=2)
    c: int = Field(1, allow_mutation=False)
    d: int = Field(1, allow_mutation=True)
"""


def test_the_fixed_model_has_the_schema_of_the_shim():
    old, new = made(SHIMMED), made(fixed(SHIMMED))

    assert fixed(SHIMMED) != SHIMMED
    assert new.M.model_json_schema() == old.M.model_json_schema()


@pytest.mark.parametrize("text", [SHIMMED, fixed(SHIMMED)])
def test_a_frozen_field_refuses_a_new_value_before_and_after(text):
    model = made(text).M(b=[1, 2])

    model.d = 3
    with pytest.raises(ValidationError, match="frozen"):
        model.c = 3
