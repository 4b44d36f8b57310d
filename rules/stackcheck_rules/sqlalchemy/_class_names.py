"""How to write a class of the project in an annotation that only type checkers resolve."""

from __future__ import annotations

from stackcheck import Context, Imported, ImportRequest, Kind
from stackcheck_rules.analyses._module_names import module_of
from stackcheck_rules.analyses.orm_classes import ClassKey


def class_name(target: ClassKey, scope: str, ctx: Context) -> Imported | None:
    """The name of a class in a file and the import that type checkers need; None where the name is taken.

    `scope` is the class in whose body the name is to stand.
    """
    file, qualname = target
    outer, _, name = qualname.rpartition(".")
    if name in ctx.outline.scopes[scope].bindings:
        return None
    if file == ctx.file:
        around = ctx.outline.scopes[scope].parent
        return Imported(name, ()) if outer in {"", around} and not hidden(name, outer, scope, ctx) else None
    bindings = ctx.outline.module.bindings
    for local in sorted(bindings, key=lambda local: local != name):
        if is_class(ctx.kind(("name", local)), target) and not hidden(local, "", scope, ctx):
            return Imported(local, ())
    module = module_of(file, ctx)
    if outer or name in bindings or hidden(name, "", scope, ctx) or not module:
        return None
    return Imported(name, (ImportRequest(module, name, typing_only=True),))


def hidden(name: str, home: str, scope: str, ctx: Context) -> bool:
    """Whether a name that stands in the scope `home` means something else in a class further inside."""
    around = ctx.outline.scopes[scope].parent
    while around != home and around:
        if name in ctx.outline.scopes[around].bindings:
            return True
        around = ctx.outline.scopes[around].parent
    return False


def is_class(kind: Kind, target: ClassKey) -> bool:
    return kind.word == "class" and (kind.file, kind.symbol) == target
