"""Parameters: `self` and `cls`, annotations, and the providers that a framework calls for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackcheck.index import annotation, calls
from stackcheck.index.expr import NOTHING, Expr
from stackcheck.index.kinds import UNKNOWN, Kind, as_sure_as
from stackcheck.index.outline import Scope

if TYPE_CHECKING:
    from stackcheck.index.evaluator import Evaluator


def parameter(evaluator: Evaluator, file: str, scope: str, position: int) -> Kind:
    """What a parameter is: `self` and `cls`, its annotation, its provider, its default."""
    function = evaluator.project.scope(file, scope)
    if function is None or position >= len(function.params):
        return UNKNOWN
    param = function.params[position]
    if param.form in {"*", "**"}:
        return UNKNOWN
    home = evaluator.project.scope(file, function.parent) if function.parent else None
    if position == 0 and home and home.form == "class":
        own = receiver(evaluator, file, function)
        if own is not None:
            return own
    declared = evaluator.declared(file, function.parent, param.annotation)
    if declared.known and declared.symbol not in annotation.VAGUE:
        return declared
    if param.default[0] == "call":
        return provided(evaluator, file, function.parent, param.default)
    if param.default == NOTHING and param.annotation[0] == "other":
        # `override=None`: left out it is None, so that in `override or default` the default counts; given, who knows.
        return Kind("constant", certain=False)
    return declared if declared.word == "union" else UNKNOWN


def receiver(evaluator: Evaluator, file: str, function: Scope) -> Kind | None:
    """What a method is called on; None for a static method, whose first parameter is like any other."""
    owner = Kind("class", function.parent, file)
    named = {evaluator.value(file, function.parent, decorator).symbol for decorator in function.decorators}
    if "builtins.staticmethod" in named:
        return None
    if "builtins.classmethod" in named or function.name in {"__new__", "__init_subclass__"}:
        return owner
    return evaluator.instance(owner)


def provided(evaluator: Evaluator, file: str, scope: str, marker: Expr) -> Kind:
    """What a parameter gets whose default is a marker call such as `Depends(get_db)`."""
    function, positional, keywords = marker[1], marker[2], dict(marker[3])
    position = evaluator.table.providers.get(evaluator.value(file, scope, function).symbol)
    if position is None:
        return UNKNOWN
    given = positional[position] if position < len(positional) else keywords.get("dependency")
    if given is None:
        return UNKNOWN
    provider = evaluator.value(file, scope, given)
    match provider.word:
        case "function":
            result = calls.returned(evaluator, provider)
            wrapped = result.word in {"generator", "awaitable"} and result.args
            return as_sure_as(result.args[0], result) if wrapped else result
        case "class":
            return evaluator.instance(provider)
    return UNKNOWN
