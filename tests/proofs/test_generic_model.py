"""STK152 on real Pydantic: why a base goes and why `Generic[T]` moves."""

import warnings
from typing import Generic, TypeVar

import pydantic
import pytest

T = TypeVar("T")


def generic_model():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydantic.generics import GenericModel
    return GenericModel


def test_generic_model_is_base_model():
    assert generic_model() is pydantic.BaseModel


def test_it_cannot_stand_before_another_model():
    base = type("Base", (pydantic.BaseModel,), {})

    with pytest.raises(TypeError, match="MRO"):
        type("Model", (generic_model(), base), {})


def test_generic_before_the_model_loses_the_parameters():
    with pytest.warns(pydantic.warnings.GenericBeforeBaseModelWarning):

        class Reversed(Generic[T], pydantic.BaseModel):
            data: T

    class Right(pydantic.BaseModel, Generic[T]):
        data: T

    assert Reversed[int](data="1").data == "1"
    assert Right[int](data="1").data == 1
