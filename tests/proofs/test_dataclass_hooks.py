"""STK156 on real Pydantic: when the hooks of a dataclass run."""

import pydantic
import pytest
from pydantic.dataclasses import dataclass


def test_post_init_post_parse_is_never_called():
    with pytest.warns(pydantic.warnings.PydanticDeprecatedSince20, match="will not be called"):

        @dataclass
        class Order:
            net: float
            gross: float = 0

            def __post_init_post_parse__(self):
                self.gross = self.net * 2

    assert Order("1").gross == 0


def test_post_init_runs_after_validation():
    @dataclass
    class Order:
        net: float
        kind: str = ""

        def __post_init__(self):
            self.kind = type(self.net).__name__

    assert Order("1").kind == "float"
    with pytest.raises(pydantic.ValidationError):
        Order(None)
