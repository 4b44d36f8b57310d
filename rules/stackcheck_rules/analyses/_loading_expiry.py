"""Whether a commit expires the objects of a session: by the factories that make sessions, or by the one it is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stackcheck import Evaluator, Expr, Kind, Param, Scope
from stackcheck_rules.analyses._call_facts import Call
from stackcheck_rules.analyses._loading_values import MAYBE, NO, YES
from stackcheck_rules.analyses._loading_world import World
from stackcheck_rules.analyses._orm_columns import Source, annotated
from stackcheck_rules.analyses.async_projects import async_projects
from stackcheck_rules.analyses.database_makers import database_makers
from stackcheck_rules.analyses.served import role_of

MARKERS = {"fastapi.Depends", "fastapi.Security"}
STEPS = 8  # from a session back to what makes it


def expiry_of_project(evaluator: Evaluator, files: Iterable[str]) -> str:
    """As all that makes async sessions has it; empty where nothing makes any."""
    found: set[str] = set()
    for file in files:
        for call in evaluator.project.facts(database_makers.name, file) if role_of(file) == "app" else ():
            if makes_async(call, file, evaluator):
                given = {one.name: one.expr for one in call.arguments if one.name}
                found.add(flag(given))
        text = evaluator.project.text(file)
        if "expire_on_commit" in text and ".configure(" in text:
            found.add(MAYBE)
    if not found and evaluator.merged(async_projects.name):
        found.add(MAYBE)  # a library makes them
    return found.pop() if len(found) == 1 else MAYBE if found else ""


def flushes_by_itself(evaluator: Evaluator, files: Iterable[str]) -> bool:
    """Whether queries flush first: with all sessions unless one factory says otherwise."""
    made = (call for file in files for call in evaluator.project.facts(database_makers.name, file))
    return not any(call.argument(-1, "autoflush") is not None for call in made)


def makes_async(call: Call, file: str, evaluator: Evaluator) -> bool:
    name = evaluator.value(file, call.scope, call.function).symbol.rpartition(".")[2]
    if name == "sessionmaker":
        given = call.argument(1, "class_")
        return given is not None and evaluator.value(file, call.scope, given.expr).symbol.endswith("AsyncSession")
    return name in {"async_sessionmaker", "AsyncSession"}


def flag(keywords: Mapping[str, Expr]) -> str:
    """What the keywords of a factory, or of a session, say."""
    given = keywords.get("expire_on_commit")
    if keywords.keys() & {"*", "**", ""} or (given is not None and given[0] != "const"):
        return MAYBE
    return YES if given is None or given[1] else NO


def expiry_of(expr: Expr, file: str, scope: str, world: World, steps: int = STEPS) -> str:
    """As the factory has it that an expression gets its session from."""
    if world.expires != MAYBE or not steps:
        return world.expires
    evaluator = world.evaluator
    match expr:
        case ("enter" | "await", inner):
            return expiry_of(inner, file, scope, world, steps - 1)
        case ("name", name):
            bindings, holder = evaluator.lookup(file, scope, name)
            if len(bindings) == 1 and bindings[0].expr[0] not in {"from", "param"}:
                return expiry_of(bindings[0].expr, file, holder or bindings[0].scope, world, steps - 1)
        case ("call", ("attr", maker, "begin"), _, _) if evaluator.value(file, scope, maker).word == "factory":
            return expiry_of_factory(maker, file, scope, world, steps)
        case ("call", maker, _, keywords):
            kind = evaluator.value(file, scope, maker)
            if kind.word == "factory":
                own = flag(dict(keywords)) if dict(keywords).get("expire_on_commit") else ""
                return own or expiry_of_factory(maker, file, scope, world, steps)
            if kind.symbol.endswith("AsyncSession") and not kind.file:
                return flag(dict(keywords))
            if kind.word == "function" and kind.certain:
                return expiry_of_provider(kind, world, steps - 1)
    return MAYBE


def expiry_of_factory(maker: Expr, file: str, scope: str, world: World, steps: int) -> str:
    """`SessionLocal = async_sessionmaker(engine, expire_on_commit=False)`, in whatever file."""
    place = world.evaluator.definition(file, scope, maker)
    bound = world.evaluator.project.bindings(place[0], "", place[1]) if place is not None else ()
    if place is not None and len(bound) == 1 and bound[0].expr[0] == "call":
        return flag(dict(bound[0].expr[3]))
    return MAYBE


def expiry_of_provider(provider: Kind, world: World, steps: int = STEPS) -> str:
    """As what a function yields, or returns, has it."""
    scope = world.evaluator.project.scope(provider.file, provider.symbol)
    given = [*scope.yields, *scope.values] if scope is not None else []
    if len(given) != 1:
        return world.expires
    return expiry_of(given[0], provider.file, provider.symbol, world, steps)


def provider_of(param: Param, file: str, scope: Scope, world: World) -> Kind | None:
    """The function that `Depends(…)` names, in the default or in an `Annotated`."""
    given = [(param.default, Source(scope.parent, file))]
    _, parts, home = annotated(param.annotation, Source(scope.parent, file), world.evaluator)
    given += [(part, home) for part in parts]
    for marker, source in given:
        match marker:
            case ("call", function, (provider, *_), _):
                if world.symbol(source.file, source.scope, function) in MARKERS:
                    kind = world.evaluator.value(source.file, source.scope, provider)
                    return kind if kind.word == "function" and kind.certain else None
    return None
