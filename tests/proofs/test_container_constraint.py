"""STK137 on real Pydantic: which constraints fail on a container, and which count its items."""

import pytest
from pydantic import Field, ValidationError, create_model

FAIL = ["allow_inf_nan", "decimal_places", "ge", "gt", "le", "lt", "max_digits", "multiple_of", "pattern"]
CONTAINERS = {
    list[int]: [2],
    list[str]: ["a"],
    dict[str, int]: {"a": 2},
    set[int]: {2},
    tuple[int, ...]: (2,),
    list[int] | None: [2],
}
VALUES = {"allow_inf_nan": False, "pattern": "^a", "multiple_of": 2}


@pytest.mark.parametrize("word", FAIL)
@pytest.mark.parametrize("annotation", CONTAINERS, ids=str)
def test_a_constraint_for_values_fails_whenever_a_container_is_validated(annotation, word):
    model = create_model("M", x=(annotation, Field(**{word: VALUES.get(word, 1)})))

    with pytest.raises(TypeError):
        model(x=CONTAINERS[annotation])


@pytest.mark.parametrize("word", ["max_length", "min_length"])
def test_a_length_counts_the_items(word):
    model = create_model("M", x=(list[str], Field(**{word: 2})))

    assert model(x=["long text", "longer text"]).x == ["long text", "longer text"]
    with pytest.raises(ValidationError):
        model(x=["a"] if word == "min_length" else ["a", "b", "c"])
