"""What a loader option is about, and its attributes as SQLAlchemy 2 takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stackcheck import Applicability, Context, Expr, Fix, Imported, ImportRequest, Span, TextEdit
from stackcheck_rules.analyses._call_facts import Argument, Call
from stackcheck_rules.analyses.loader_calls import COLUMNS, OPTIONS, RELATIONSHIPS, LoaderCall
from stackcheck_rules.sqlalchemy._call_edits import extent, has_comment, replaced, source
from stackcheck_rules.sqlalchemy._entities import (
    Entity,
    attribute,
    entity_of,
    led_to,
    path_end,
    relationship,
    statement_entity,
)

LOAD = "sqlalchemy.orm.Load"
FUNCTIONS = {f"sqlalchemy.orm.{name}" for name in OPTIONS}
WILDCARD = "*"


class PathStep(NamedTuple):
    """One attribute of a path, and the class that it leads to, if it does."""

    code: str
    end: Entity | None
    imports: tuple[ImportRequest, ...] = ()
    safety: Applicability = "safe"


def keys_of(call: Call) -> tuple[Argument, ...]:
    """The arguments that name attributes."""
    positional = tuple(one for one in call.arguments if not one.name)
    return positional[:1] if call.name == "with_expression" else positional


def is_option(call: Call, ctx: Context) -> bool:
    """Whether a call is one of a loader option: of the function, or of the method of an option."""
    return is_function(call, ctx) or is_chain(call.receiver, call.scope, ctx)


def is_function(call: Call, ctx: Context) -> bool:
    return ctx.symbol(call.function, call.scope) in FUNCTIONS


def is_chain(option: Expr, scope: str, ctx: Context) -> bool:
    """Whether an expression is a loader option."""
    while option[0] == "call":
        symbol = ctx.symbol(option[1], scope)
        if symbol == LOAD or symbol in FUNCTIONS:
            return True
        option = option[1][1] if option[1][0] == "attr" else ("other",)
    return False


def entity_at(around: Sequence[Expr], scope: str, ctx: Context) -> Entity | None:
    """The class that an option inside some `.options(…)`, the innermost first, is about."""
    if not around:
        return None
    if is_chain(around[0], scope, ctx):
        return chain_end(around[0], entity_at(around[1:], scope, ctx), scope, ctx)
    return statement_entity(around[0], scope, ctx)


def chain_end(option: Expr, before: Entity | None, scope: str, ctx: Context) -> Entity | None:
    """The class that what is chained to an option is about; `before` is that of the option itself."""
    match option:
        case ("call", ("attr", inner, str(name)), paths, _) if is_chain(inner, scope, ctx):
            start = chain_end(inner, before, scope, ctx)
        case ("call", function, (first, *_), _) if ctx.symbol(function, scope) == LOAD:
            return entity_of(first, scope, ctx)
        case ("call", function, paths, _):
            name, start = ctx.symbol(function, scope).rpartition(".")[2], before
        case _:
            return None
    if name not in RELATIONSHIPS:
        return start if name in COLUMNS or name == "options" else None
    for path in paths:
        match path:
            case ("const", str(text)):
                for part in text.split("."):
                    start = led_to(start, part, scope, ctx) if start is not None else None
            case _:
                start = path_end(path, start, scope, ctx)
    return start


def option_entity(fact: LoaderCall, ctx: Context) -> Entity | None:
    """The class in which a loader option looks for the attributes that it names."""
    start = entity_at(fact.around, fact.call.scope, ctx)
    if is_function(fact.call, ctx):
        return start
    return chain_end(fact.call.receiver, start, fact.call.scope, ctx)


def path_of(keys: Sequence[Argument], start: Entity | None, scope: str, ctx: Context) -> tuple[PathStep, ...] | None:
    """The steps of `"posts.comments"` or of `User.posts, "comments"`; None where one is not known."""
    steps: list[PathStep] = []
    here = start
    for key in keys:
        if not key.is_text:
            here = path_end(key.expr, here, scope, ctx)
            steps.append(PathStep(source(key.value, ctx), here))
            continue
        for name in key.expr[1].split("."):
            if name == WILDCARD:
                steps.append(PathStep(f'"{WILDCARD}"', None))
                continue
            code = attribute(here, name, ctx) if here is not None else None
            if here is None or code is None:
                return None
            end = led_to(here, name, scope, ctx)
            steps.append(PathStep(code, end, here.imports, here.safety))
            here = end
    return tuple(steps)


def fix_of_text(fact: LoaderCall, ctx: Context) -> Fix | None:
    """The option with attributes in the place of strings."""
    call, keys = fact.call, keys_of(fact.call)
    if not call.whole_known:
        return None
    start = option_entity(fact, ctx)
    if call.name == "load_only" or (len(keys) == 1 and "." not in keys[0].expr[1]):
        texts = [key for key in keys if key.is_text]
        paths = [path_of([key], start, call.scope, ctx) for key in texts]
        steps = [path[0] for path in paths if path is not None and len(path) == 1]
        if len(steps) < len(texts):
            return None
        return made(tuple(replaced(key.value, step.code, ctx) for key, step in zip(texts, steps, strict=True)), steps)
    path = path_of(keys, start, call.scope, ctx)
    return fix_of_path(call, keys, path, ctx) if path is not None else None


def fix_of_path(call: Call, keys: Sequence[Argument], path: Sequence[PathStep], ctx: Context) -> Fix | None:
    """`joinedload(a, b)` as `defaultload(a).joinedload(b)`: only the last attribute is loaded so."""
    around = Span(*call.whole[:2], *keys[-1].span[2:])
    chained = call.name == "contains_eager"
    named = chained and any(one.name for one in call.arguments)
    if not is_function(call, ctx) or has_comment(around, ctx) or named:
        return None
    if any(step.end is None for step in path[:-1]):
        return None
    link = call.name if chained else "defaultload"
    before = linked(call, link, ctx)
    if before is None:
        return None
    links = "".join(f".{link}({step.code})" for step in path[1:-1])
    new = f"{before.code}({path[0].code}){links}.{call.name}({path[-1].code}"
    return made((replaced(around, new, ctx),), path, before.requests)


def linked(call: Call, link: str, ctx: Context) -> Imported | None:
    """The function of an option beside the one that is called."""
    head, dot, _ = source(Span(*call.whole[:2], *call.at[2:]), ctx).rpartition(".")
    if dot or link == call.name:
        return Imported(f"{head}{dot}{link}", ())
    return ctx.name(f"sqlalchemy.orm.{link}", call.scope)


def made(edits: tuple[TextEdit, ...], steps: Sequence[PathStep], more: tuple[ImportRequest, ...] = ()) -> Fix:
    imports = tuple(dict.fromkeys(request for step in steps for request in step.imports))
    safety: Applicability = "unsafe" if any(step.safety == "unsafe" for step in steps) else "safe"
    return Fix(edits, "Name the attributes of the class", (*imports, *more), safety)


def fix_of_columns(fact: LoaderCall, ctx: Context) -> Fix | None:
    """`defer(a, b)` as a path, or as two options where both are columns of one class."""
    call, keys = fact.call, keys_of(fact.call)
    path = path_of(keys, None, call.scope, ctx)
    if path is not None and all(step.end is not None for step in path[:-1]):
        return fix_of_path(call, keys, path, ctx)
    owners = {column_owner(key, call.scope, ctx) for key in keys}
    if not fact.alone or len(owners) > 1 or None in owners or len(keys) != len(call.arguments):
        return None
    if has_comment(call.whole, ctx):
        return None
    function = source(Span(*call.whole[:2], *call.at[2:]), ctx)
    before = ctx.text[: extent(call.whole, ctx).start]
    own_line = re.search(r"(?:\r\n|\r|\n)[ \t]*$", before)  # one option on a line, as there are others
    options = [f"{function}({source(key.value, ctx)})" for key in keys]
    code = f",{own_line.group() if own_line else ' '}".join(options)
    return Fix((replaced(call.whole, code, ctx),), "Split into one option for each column")


def column_owner(key: Argument, scope: str, ctx: Context) -> Expr | None:
    """The class of `User.name`, as it is written; None for a relationship."""
    if key.expr[0] != "attr":
        return None
    entity = entity_of(key.expr[1], scope, ctx)
    found = entity is not None and relationship(entity, key.expr[2], ctx) is None
    return key.expr[1] if found else None
