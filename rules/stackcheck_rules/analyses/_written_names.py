"""How a file can write a name of Pydantic at run time: what `Context.name` says of the file at hand, for any file."""

from __future__ import annotations

from stackcheck import Binding, Expr, Outline


def written(symbol: str, outline: Outline) -> tuple[str, bool] | None:
    """The code, and whether it needs an import; None where the name is taken."""
    module, _, name = symbol.rpartition(".")
    bindings = {local: bound for local, bound in outline.module.bindings.items() if len(bound) == 1}
    for local, bound in bindings.items():
        if bound[0].runtime and is_same(bound[0].expr, module, name):
            return local, False
    free = not any(name in scope.bindings for scope in outline.scopes.values())
    whole = next((local for local, bound in bindings.items() if is_module(bound[0], module)), "")
    if whole and not (free and any(bound[0].expr[:2] == ("from", module) for bound in bindings.values())):
        return f"{whole}.{name}", False
    return (name, True) if free else None


def is_same(expr: Expr, module: str, name: str) -> bool:
    match expr:
        case ("from", str(home), found) if found == name:
            within = home == module or (home.startswith(f"{module}.") and not home.startswith(f"{module}.v1"))
            core = (module, name) == ("pydantic", "ValidationInfo") and home == "pydantic_core.core_schema"
            return within or core or {home, module} == {"typing", "typing_extensions"}
    return False


def is_module(bound: Binding, module: str) -> bool:
    return bound.runtime and bound.expr == ("module", module)
