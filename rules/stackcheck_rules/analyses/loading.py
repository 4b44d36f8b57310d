"""Implicit IO under asyncio: reads of attributes of mapped objects that would need a query where none can be made.

Each async function is walked through with what its names hold: objects, how they were loaded, by which
session, what has happened to that since. Calls of the project's own functions are followed. What cannot be
followed makes an object unsure, of which nothing is reported.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from stackcheck import Analysis, Evaluator, Kind, Outline, Scope
from stackcheck_rules.analyses._loading_calls import finished
from stackcheck_rules.analyses._loading_escapes import of_kind
from stackcheck_rules.analyses._loading_expiry import (
    expiry_of_project,
    expiry_of_provider,
    flushes_by_itself,
    provider_of,
)
from stackcheck_rules.analyses._loading_reads import Fault
from stackcheck_rules.analyses._loading_schemas import Schema, schema_in
from stackcheck_rules.analyses._loading_states import Env, State
from stackcheck_rules.analyses._loading_values import MAYBE, UNSEEN, YES, One, SessionOf, Site, Value
from stackcheck_rules.analyses._loading_walk import STEPS, TooLongError, Walk
from stackcheck_rules.analyses._loading_world import RISKY, World
from stackcheck_rules.analyses._orm_drafts import MAPPED_WORDS, ClassKey
from stackcheck_rules.analyses.orm_classes import OrmClass, orm_classes
from stackcheck_rules.analyses.routes import VERBS
from stackcheck_rules.analyses.served import role_of

ABOUT = re.compile(r"ession|sqlalchemy|sqlmodel|Depends|relationship|from_attributes|orm_mode|models")
VALIDATING = r"\bmodel_validate\(|\bfrom_orm\("
LOADER = re.compile(r"\b(?:selectinload|joinedload|subqueryload|immediateload)\(")
COMMITTING = r"\.commit\(|\.begin\("
ENDING = r"\.rollback\(|\.expire\("


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[str]:
    """The functions of files that may have to do with sessions or mapped classes."""
    if ABOUT.search(text):
        for scope in outline.functions():
            yield scope.qualname


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[str, ...]]) -> Mapping[ClassKey, tuple[Fault, ...]]:
    """By (file, function) the reads in it that fail."""
    classes: dict[ClassKey, OrmClass] = {
        key: one for key, one in evaluator.merged(orm_classes.name).items() if isinstance(one, OrmClass)
    }
    expires = expiry_of_project(evaluator, facts)
    if not classes or not expires or any(adds_options(evaluator.project.text(file)) for file in facts):
        return {}
    followed = frozenset((file, name) for file, names in facts.items() for name in names)
    world = World(evaluator, expires, followed, flushes_by_itself(evaluator, facts))
    risky = re.compile("|".join(patterns(classes, world)) or r"(?!)")
    found: dict[ClassKey, dict[tuple[object, ...], Fault]] = defaultdict(dict)
    for file, names in facts.items():
        if role_of(file) != "app":
            continue
        scopes = evaluator.project.outline(file).scopes
        lines = evaluator.project.text(file).split("\n")
        for name in names:
            scope = scopes[name]
            schema = response_of(scope, file, world) if scope.is_async else None
            first, _, last, _ = scope.span
            if schema is not None or (scope.is_async and risky.search("\n".join(lines[first - 1 : last]))):
                for fault in faults_in(file, scope, schema, world):
                    found[fault.file, fault.function].setdefault((fault.span, fault.text), fault)
    return {key: tuple(sorted(each.values(), key=lambda one: one.span)) for key, each in found.items()}


def adds_options(text: str) -> bool:
    """Whether a listener may give every query options of its own."""
    return "do_orm_execute" in text and LOADER.search(text) is not None


def patterns(classes: Mapping[ClassKey, OrmClass], world: World) -> Iterator[str]:
    """What stands in a function that may have something to report."""
    names: set[str] = set()
    for key in classes:
        mapped = world.mapped(key)
        if mapped is not None:
            names |= {name for name in mapped.relationships if mapped.relationships[name].lazy in RISKY}
            names |= {name for name, column in mapped.columns.items() if column.deferred or column.updated}
    if names:
        read = rf"\.(?:{alternatives(names)})\b"
        yield read
        reading = functions_with(re.compile(read), {key[0] for key in classes}, world)
        through = {name.rpartition(".")[2] for file, name in reading if (file, name.rpartition(".")[0]) in classes}
        yield rf"\.(?:{alternatives(through)})\b" if through else read
    yield VALIDATING
    yield ENDING
    yield r"\bload_only\(|\bdefer\("
    if world.expires == YES:
        yield r"\bawait\b"  # what it awaits may commit
    elif world.expires == MAYBE:
        yield COMMITTING
        files = {file for file, _ in world.followed if role_of(file) == "app"}
        called = {name.rpartition(".")[2] for _, name in functions_with(re.compile(COMMITTING), files, world)}
        yield rf"\b(?:{alternatives(called)})\(" if called else COMMITTING


def alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names)))


def functions_with(wanted: re.Pattern[str], files: Iterable[str], world: World) -> Iterator[ClassKey]:
    """(file, qualname) of the functions in whose text a pattern is found."""
    for file in sorted(files):
        text = world.evaluator.project.text(file)
        lines = text.split("\n") if wanted.search(text) else []
        for scope in world.evaluator.project.outline(file).functions() if lines else ():
            first, _, last, _ = scope.span
            if wanted.search("\n".join(lines[first - 1 : last])):
                yield file, scope.qualname


def response_of(scope: Scope, file: str, world: World) -> Schema | None:
    """The schema that a route's answer is read by."""
    for decorator in scope.decorators:
        match decorator:
            case ("call", ("attr", router, verb), _, keywords) if verb in VERBS:
                if world.evaluator.value(file, scope.parent, router).word in {"router", "app"}:
                    note = dict(keywords).get("response_model", scope.returns)
                    return schema_in(note, file, scope.parent, world)
    return None


def faults_in(file: str, scope: Scope, schema: Schema | None, world: World) -> Sequence[Fault]:
    body = world.body(file, scope.qualname)
    faults: list[Fault] = []
    if body is None or scope.yields:
        return faults
    walk = Walk(world, file, scope, body, faults, [STEPS])
    env = Env({}, {}, {})
    try:
        parameters(scope, file, env, walk)
        walk.block(body.node.body, env)
        for held, there, node in walk.returned if schema is not None else ():
            if schema is not None and isinstance(node, ast.Return):
                walk.validate(held, schema, node, there)
    except (TooLongError, RecursionError):
        return []
    return faults


def parameters(scope: Scope, file: str, env: Env, walk: Walk) -> None:
    """What the parameters of a function hold that nobody is seen to call."""
    world = walk.world
    for at, param in enumerate(scope.params):
        kind = world.evaluator.value(file, scope.qualname, ("param", at))
        provider = provider_of(param, file, scope, world)
        if kind.word == "async-session" and kind.certain:
            held = of_kind(kind, ("name", param.name), walk)
            key = f"{provider.file}:{provider.symbol}" if provider is not None else param.name
            env.names[param.name] = SessionOf(key) if isinstance(held, SessionOf) else UNSEEN
            env.begun[key] = MAYBE
            if provider is not None:
                world.expiry[key] = expiry_of_provider(provider, world)
        elif kind.word in MAPPED_WORDS and kind.file and world.mapped((kind.file, kind.symbol)) is not None:
            made = provided(provider, env, walk) if provider is not None else UNSEEN
            if not isinstance(made, One):
                key = f"{file}:{scope.qualname}:{param.name}"
                site = Site(file, scope.qualname, param.span, "given", "")
                env.store[key] = State((kind.file, kind.symbol), "loaded", "", site, sure=False)
                made = One((key,))
            env.names[param.name] = made
        else:
            env.names[param.name] = of_kind(kind, ("name", param.name), walk)


def provided(provider: Kind, env: Env, walk: Walk) -> Value:
    """What a dependency gives, whose own dependencies FastAPI fills in the same way."""
    world = walk.world
    scope = world.evaluator.project.outline(provider.file).scopes.get(provider.symbol)
    if scope is None or scope.yields or not scope.is_async or len(walk.called) > 3:
        return UNSEEN
    body = world.body(provider.file, provider.symbol)
    if body is None or (provider.file, provider.symbol) not in world.followed:
        return UNSEEN
    called = (*walk.called, f"{provider.file}:{provider.symbol}@Depends")
    inner = Walk(world, provider.file, scope, body, [], walk.steps, called)
    there = Env({}, env.store, env.begun)
    parameters(scope, provider.file, there, inner)
    return finished(inner, there, env)


loading = Analysis("loading", collect, merge)
