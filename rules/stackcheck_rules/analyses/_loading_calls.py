"""What calls give and do: of sessions, statements, results, mapped classes, and of the project's own functions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from stackcheck import Expr, Kind, Scope, dotted, expr_of, root_name
from stackcheck_rules.analyses import _loading_options as options
from stackcheck_rules.analyses import _loading_sessions as sessions
from stackcheck_rules.analyses._loading_sessions import weaken_group as weaken_group
from stackcheck_rules.analyses._loading_values import (
    EVERYTHING,
    MAYBE,
    NO,
    NONE,
    NOTHING,
    UNSEEN,
    YES,
    Attributes,
    ClassOf,
    Constant,
    Env,
    Event,
    Inner,
    Instance,
    Many,
    One,
    Options,
    Reference,
    Result,
    SessionOf,
    Several,
    Site,
    State,
    Statement,
    Value,
    Written,
    either,
    ids_in,
    joined,
    sessions_in,
)
from stackcheck_rules.analyses._loading_world import PROPERTIES
from stackcheck_rules.analyses._orm_drafts import ClassKey
from stackcheck_rules.analyses._words import words

if TYPE_CHECKING:
    from stackcheck_rules.analyses._loading_walk import Walk

ADDING = words("append add remove extend insert clear discard pop update")
OWN = words("get get_one execute exec scalar scalars refresh commit flush rollback add close")
# Functions that look at what they are given and change nothing of it.
HARMLESS = words("""
    len str repr print bool isinstance issubclass id type hash format int float max min sum any all zip map filter
    hasattr range abs round dict
""")
# A function under these gives what it returns.
TRANSPARENT = PROPERTIES | {
    "functools.cache", "functools.lru_cache", "builtins.classmethod", "builtins.staticmethod", "typing.override",
    "typing_extensions.override", "abc.abstractmethod",
}  # fmt: skip
COPYING = words("list sorted set tuple reversed frozenset iter")


def call(node: ast.Call, env: Env, walk: Walk, *, awaited: bool) -> Value:
    from stackcheck_rules.analyses._loading_expressions import attribute, read, value

    function = node.func
    if not isinstance(function, ast.Attribute):
        return plain(node, function, env, walk, awaited=awaited)
    name = function.attr
    match function.value:
        case ast.Attribute(value=holder, attr=held) if name in ADDING and not awaited:
            inner = value(holder, env, walk)
            if isinstance(inner, One):
                owner = read(inner.ids, held, function.value, env, walk, "change")
            else:
                owner = attribute(function.value, inner, held, env, walk)
        case ast.Call(func=ast.Name(id="super"), args=[]):
            return inherited(node, name, env, walk, awaited=awaited)
        case _:
            owner = value(function.value, env, walk)
    match owner:
        case SessionOf(key):
            return of_session(node, name, key, env, walk, awaited=awaited)
        case Statement():
            positional, keywords = arguments(node, env, walk)
            made = options.refined(owner, name, positional, mentioned(node, env))
            return made if made is not None else UNSEEN
        case Written():
            arguments(node, env, walk)
            return owner
        case Options():
            positional, keywords = arguments(node, env, walk)
            return options.chained(owner, name, positional)
        case Reference():
            arguments(node, env, walk)
            return owner if name in {"of_type", "and_"} else UNSEEN
        case Result(item, scalars):
            return of_result(node, name, item, scalars, env, walk)
        case Many() | Several() if name in ADDING:
            return of_list(node, function, owner, env, walk)
        case One(ids) | Attributes(ids):
            made = of_object(node, name, ids, env, walk, awaited=awaited)
            return made if made is not None else escaping(node, env, walk, awaited=awaited, also=ids)
        case ClassOf(key):
            found = walk.world.method(key, name)
            positional, keywords = arguments(node, env, walk)
            if found is not None and "builtins.classmethod" in found[1]:
                return entering(found[0], [owner, *positional], keywords, node, env, walk, awaited=awaited)
            if found is not None and "builtins.staticmethod" in found[1]:
                return entering(found[0], positional, keywords, node, env, walk, awaited=awaited)
            return validated(node, ("class", *key), positional, keywords, name, env, walk)
        case Instance(key):
            found = walk.world.method(key, name)
            positional, keywords = arguments(node, env, walk)
            if found is not None and not found[1] & {"builtins.staticmethod"}:
                return entering(found[0], [owner, *positional], keywords, node, env, walk, awaited=awaited)
            return escaped([*positional, *keywords.values(), owner], env)
    return plain(node, function, env, walk, awaited=awaited)


def inherited(node: ast.Call, name: str, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """`super().name(…)`."""
    own = env.names.get(walk.scope.params[0].name, UNSEEN) if walk.scope.params else UNSEEN
    positional, keywords = arguments(node, env, walk)
    found = None
    if isinstance(own, (Instance, ClassOf)):
        found = walk.world.method(own.key, name, (walk.file, walk.scope.parent))
    if found is None or "builtins.staticmethod" in found[1]:
        return escaped([own, *positional, *keywords.values()], env)
    return entering(found[0], [own, *positional], keywords, node, env, walk, awaited=awaited)


def arguments(node: ast.Call, env: Env, walk: Walk) -> tuple[list[Value], dict[str, Value]]:
    """Positional arguments and keywords; what is unpacked from nobody knows what stands under `*` and `**`."""
    from stackcheck_rules.analyses._loading_expressions import value

    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    for each in node.args:
        held = value(each, env, walk)
        if isinstance(each, ast.Starred):
            inner = spread(held)
            positional += inner if inner is not None else [UNSEEN]
            if inner is None:
                keywords["*"] = held
        else:
            positional.append(held)
    for word in node.keywords:
        keywords[word.arg or "**"] = value(word.value, env, walk)
    return positional, keywords


def spread(held: Value) -> tuple[Value, ...] | None:
    match held:
        case Several(items):
            return items
        case Many(item) if item == NOTHING:
            return ()
    return None


def mentioned(node: ast.AST, env: Env) -> frozenset[str]:
    """The objects that an expression names."""
    names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    return frozenset(one for name in names if name in env.names for one in ids_in(env.names[name]))


def of_kind(kind: Kind, expr: Expr, walk: Walk) -> Value:
    """What an expression is that only the evaluator knows."""
    if not kind.certain:
        return UNSEEN
    if kind.word == "async-session":
        scope = walk.world.evaluator.project.outline(kind.file).scopes.get(kind.symbol) if kind.file else None
        overridden = scope is not None and not OWN.isdisjoint(scope.bindings)
        return UNSEEN if overridden else SessionOf(dotted(expr) or "session")
    if kind.word == "class" and kind.file:
        return ClassOf((kind.file, kind.symbol))
    if kind.word == "instance" and kind.file:
        return Instance((kind.file, kind.symbol))
    return UNSEEN


def escaped(given: Sequence[Value], env: Env) -> Value:
    """What a call may do that cannot be followed: anything to the objects and the sessions it is given."""
    for each in given:
        env.unsure(list(ids_in(each)))
        for key in sessions_in(each):
            env.unsure([one for one, state in env.store.items() if state.session == key])
            env.begun[key] = MAYBE
    return UNSEEN


def escaping(node: ast.Call, env: Env, walk: Walk, *, awaited: bool, also: Sequence[str] = ()) -> Value:
    positional, keywords = arguments(node, env, walk)
    env.unsure(also)
    return escaped([*positional, *keywords.values()], env)


def plain(node: ast.Call, function: ast.expr, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """A call of what only the evaluator knows."""
    positional, keywords = arguments(node, env, walk)
    if isinstance(function, ast.Name) and isinstance(env.names.get(function.id), ClassOf):
        kind = Kind("class", env.names[function.id].key[1], env.names[function.id].key[0])  # type: ignore[union-attr] # it is one
    elif isinstance(function, ast.Name) and isinstance(inner := env.names.get(function.id), Inner):
        own = Kind("function", inner.qualname, walk.file)
        return entering(own, positional, keywords, node, env, walk, awaited=awaited, around=env.names)
    elif root_name(expr_of(function)) in env.names:
        return escaped([*positional, *keywords.values()], env)
    else:
        kind = walk.world.evaluator.value(walk.file, walk.scope.qualname, expr_of(function))
    given = [*positional, *keywords.values()]
    match kind.word:
        case "class" if kind.file and walk.world.mapped((kind.file, kind.symbol)) is not None:
            return constructed(node, (kind.file, kind.symbol), positional, keywords, env, walk)
        case "class" if kind.file and walk.world.evaluator.instance(kind).word == "instance":
            return Instance((kind.file, kind.symbol), initial(kind, positional, keywords, walk))
        case "function" if kind.certain:
            bound = kind.args[0] if kind.args else None
            own: list[Value] = []
            if bound is not None:
                found = walk.world.method((bound.file, bound.symbol), kind.symbol.rpartition(".")[2])
                static = found is not None and "builtins.staticmethod" in found[1]
                if not static and (bound.word != "class" or (found is not None and "builtins.classmethod" in found[1])):
                    own = [of_kind(bound, ("other",), walk)]
            return entering(kind, [*own, *positional], keywords, node, env, walk, awaited=awaited)
        case "method":
            owner = kind.args[0]
            name = kind.symbol.rpartition(".")[2]
            return validated(node, (owner.word, owner.file, owner.symbol), positional, keywords, name, env, walk)
        case "class" | "external":
            return of_library(node, kind.symbol, positional, keywords, env, walk, awaited=awaited)
    return escaped(given, env)


def of_library(
    node: ast.Call, symbol: str, positional: list[Value], keywords: Mapping[str, Value], env: Env, walk: Walk, *,
    awaited: bool,
) -> Value:  # fmt: skip
    given = [*positional, *keywords.values()]
    name = symbol.rpartition(".")[2]
    if symbol in options.SELECTS:
        entities = tuple(entity(each, walk) for each in positional)
        owner = ast.unparse(node.args[0]) if node.args else ""
        site = Site(walk.file, walk.scope.qualname, walk.span(node), "select", owner)
        return Statement(entities, site) if "*" not in keywords else UNSEEN
    if symbol in options.WRITING:
        return Written()
    if symbol in options.CHANGING:
        targets = [each.key for each in positional[:1] if isinstance(each, ClassOf)]
        for one, state in env.store.items():
            if state.expired != NO or not targets or walk.world.related(state.cls, targets[0]):
                env.store[one] = replace(state, expired=MAYBE if state.life != "new" else state.expired)
        return Written()
    if symbol.startswith(options.ORM):
        if name in options.NAMES:
            return options.option(name, positional) if "*" not in keywords else options.unread(())
        if name == "Load":
            return Options(frozenset())
        return escaped(given, env)
    if symbol.startswith("builtins."):
        return of_builtin(node, name, positional, env, walk)
    if awaited or symbol.startswith(("sqlalchemy", "sqlmodel", "fastapi_pagination")):
        return escaped(given, env)
    return UNSEEN  # a library that knows nothing of sessions loads nothing


def entity(given: Value, walk: Walk) -> ClassKey | None:
    """The mapped class that is selected."""
    mapped = isinstance(given, ClassOf) and walk.world.mapped(given.key) is not None
    return given.key if mapped and isinstance(given, ClassOf) else None


def of_builtin(node: ast.Call, name: str, positional: list[Value], env: Env, walk: Walk) -> Value:
    from stackcheck_rules.analyses._loading_expressions import read

    match name, positional:
        case "setattr", [One(ids), Constant(str(attribute)), *_]:
            from stackcheck_rules.analyses._loading_walk import write

            write(ids, attribute, positional[-1], node, env, walk)
        case "setattr", [One(ids), *_]:
            for one in ids:
                state = env.store.get(one)
                if state is not None:
                    dirty = YES if state.life in {"loaded", "flushed"} else state.dirty
                    env.store[one] = replace(state, dirty=dirty)
                    weaken_group(state.group, [], env)
        case "getattr" | "hasattr", [One(ids), Constant(str(attribute))]:
            return read(ids, attribute, node, env, walk, "read")
        case "getattr", [One(), *_]:
            return UNSEEN
        case "next", [Many(item) | Result(item), *_]:
            return item
        case _, [first, *_] if name in COPYING:
            return (
                Many(first.item)
                if isinstance(first, (Many, Result))
                else first
                if isinstance(first, Several)
                else UNSEEN
            )
        case "enumerate", [Many(item) | Result(item), *_]:
            return Many(Several((UNSEEN, item)))
        case _ if name in HARMLESS:
            return UNSEEN
        case _:
            return escaped(positional, env)
    return NONE


def of_result(node: ast.Call, name: str, item: Value, scalars: bool, env: Env, walk: Walk) -> Value:
    """`result.scalars().all()`, `result.scalar_one_or_none()`."""
    arguments(node, env, walk)
    first = item.items[0] if isinstance(item, Several) and item.items and not scalars else item
    match name:
        case "unique" | "yield_per" | "tuples":
            return Result(item, scalars)
        case "scalars":
            return Result(first, True)
        case "all" | "fetchall" | "fetchmany" | "partitions":
            return Many(item)
        case "first" | "one" | "one_or_none" | "fetchone":
            return item
        case "scalar" | "scalar_one" | "scalar_one_or_none":
            return first
    return UNSEEN


def of_list(node: ast.Call, function: ast.Attribute, owner: Many | Several, env: Env, walk: Walk) -> Value:
    """`posts.append(post)`: of a list of the function's own, or of an object's."""
    from stackcheck_rules.analyses._loading_walk import told

    positional, _ = arguments(node, env, walk)
    if isinstance(function.value, ast.Name):
        item: Value = owner.item if isinstance(owner, Many) else NOTHING
        for each in owner.items if isinstance(owner, Several) else ():
            item = either(item, each)
        for each in positional[-1:] if function.attr in {"append", "add", "insert"} else ():
            item = either(item, each)
        changed = function.attr in {"append", "add", "insert", "remove", "clear", "pop", "discard"}
        env.names[function.value.id] = Many(item if changed else UNSEEN)
    for each in positional:
        told(each, env)
    return UNSEEN


def of_object(node: ast.Call, name: str, ids: Sequence[str], env: Env, walk: Walk, *, awaited: bool) -> Value | None:
    """A method of the mapped class; None where it cannot be followed."""
    state = env.store.get(ids[0])
    found = walk.world.method(state.cls, name) if state is not None else None
    if found is None or len(ids) > 1 or found[1] - {"typing.override"}:
        return None
    positional, keywords = arguments(node, env, walk)
    own = name if not awaited else ""
    return entering(found[0], [One(tuple(ids)), *positional], keywords, node, env, walk, awaited=awaited, of_class=own)


def constructed(
    node: ast.Call, key: ClassKey, positional: Sequence[Value], keywords: Mapping[str, Value], env: Env, walk: Walk
) -> Value:  # fmt: skip
    """`User(name="ann")`."""
    from stackcheck_rules.analyses._loading_walk import told

    mapped = walk.world.mapped(key)
    if mapped is None:
        return UNSEEN
    made = walk.key(node)
    site = Site(walk.file, walk.scope.qualname, walk.span(node), "new", mapped.key[1], tuple(keywords))
    marks = dict.fromkeys(keywords, "loaded")
    if "**" in keywords or not mapped.plain or positional:
        given = fields_given(node, walk)
        left = mapped.relationships.keys() if given is None or not mapped.plain or positional else given
        marks |= {name: "unknown" for name in left if name not in keywords}
    env.store[made] = State(key, "new", "", site, marks=marks)
    for each in keywords.values():
        told(each, env)
    return One((made,))


def fields_given(node: ast.Call, walk: Walk) -> frozenset[str] | None:
    """What `**payload.model_dump()` may hold: the fields of the model; None where they are not known."""
    names: set[str] = set()
    for word in node.keywords:
        if word.arg is not None:
            continue
        match word.value:
            case ast.Call(func=ast.Attribute(value=payload, attr="model_dump" | "dict")):
                kind = walk.world.evaluator.value(walk.file, walk.scope.qualname, expr_of(payload))
                cls = Kind("class", kind.symbol, kind.file)
                ancestry = walk.world.evaluator.ancestry(cls)
                if kind.word != "model" or not kind.file or not ancestry.whole:
                    return None
                for one in ancestry.classes:
                    scope = walk.world.evaluator.project.outline(one.file).scopes.get(one.symbol) if one.file else None
                    names |= set(scope.bindings) if scope is not None else set()
            case _:
                return None
    return frozenset(names)


def initial(
    kind: Kind, positional: Sequence[Value], keywords: Mapping[str, Value], walk: Walk
) -> tuple[tuple[str, Value], ...]:
    """The attributes that a constructor sets to what it is given: `self.session = session`."""
    project = walk.world.evaluator.project
    found = walk.world.method((kind.file, kind.symbol), "__init__")
    scope = project.scope(found[0].file, found[0].symbol) if found is not None else None
    if found is None or scope is None or "*" in keywords or "**" in keywords:
        return ()
    names = bound(scope, [UNSEEN, *positional], keywords)
    home = project.outline(found[0].file).scopes.get(scope.parent)
    given = []
    for name, bindings in home.members.items() if home is not None and names is not None else ():
        match [(one.expr, one.scope) for one in bindings]:
            case [(("name", str(param)), where)] if where == scope.qualname and names and param in names:
                given.append((name, names[param]))
    return tuple(given)


def validated(
    node: ast.Call, owner: tuple[str, str, str], positional: Sequence[Value], keywords: Mapping[str, Value], name: str,
    env: Env, walk: Walk,
) -> Value:  # fmt: skip
    """`UserRead.model_validate(user)`."""
    from stackcheck_rules.analyses._loading_expressions import validate
    from stackcheck_rules.analyses._loading_schemas import schema_of

    given = [*positional, *keywords.values()]
    if owner[0] == "class" and name in {"model_validate", "from_orm"} and given and owner[1]:
        schema = schema_of((owner[1], owner[2]), walk.world)
        if schema is not None and (schema.attributes or keywords.get("from_attributes") == Constant(True)):
            validate(given[0], schema, node, env, walk)
        return UNSEEN
    return escaped(given, env)


def entering(
    function: Kind, positional: Sequence[Value], keywords: Mapping[str, Value], node: ast.expr | ast.stmt, env: Env,
    walk: Walk, *, awaited: bool, of_class: str = "", around: Mapping[str, Value] | None = None,
) -> Value:  # fmt: skip
    """What a function of the project does and gives, followed through its body with what it is passed."""
    from stackcheck_rules.analyses._loading_walk import DEPTH

    world = walk.world
    scope = world.evaluator.project.outline(function.file).scopes.get(function.symbol)
    given = [*positional, *keywords.values()]
    key = f"{function.file}:{function.symbol}@"
    names = bound(scope, positional, keywords) if scope is not None else None
    if (
        scope is None or names is None or scope.is_async != awaited or scope.yields or len(walk.called) >= DEPTH
        or any(one.startswith(key) for one in walk.called)
        or world.decorators(function.file, scope) - TRANSPARENT
        or (function.file, function.symbol) not in world.followed
    ):  # fmt: skip
        return escaped(given, env)
    for param in scope.params:
        if param.name not in names and param.form not in {"*", "**"}:
            names[param.name] = Constant(param.default[1]) if param.default[0] == "const" else default_of(param.default)
    return inside(function, {**(around or {}), **names}, node, env, walk, of_class=of_class)


def default_of(default: Expr) -> Value:
    return Many(NOTHING) if default in {("tuple", ()), ("list", ())} else UNSEEN


def bound(scope: Scope, positional: Sequence[Value], keywords: Mapping[str, Value]) -> dict[str, Value] | None:
    """The parameters that a call gives values; None where that is not known."""
    if "*" in keywords or "**" in keywords:
        return None
    places = [param.name for param in scope.params if param.form in {"", "/"}]
    if len(positional) > len(places):
        return None
    return {**dict(zip(places, positional, strict=False)), **keywords}


def inside(
    function: Kind, names: dict[str, Value], node: ast.expr | ast.stmt, env: Env, walk: Walk, *, of_class: str = ""
) -> Value:  # fmt: skip
    """Walk through the body of a function that is called here."""
    from stackcheck_rules.analyses._loading_walk import Walk as Walker

    world = walk.world
    scope = world.evaluator.project.outline(function.file).scopes.get(function.symbol)
    body = world.body(function.file, function.symbol)
    if scope is None or body is None:
        return escaped(list(names.values()), env)
    line, column, *_ = walk.span(node)
    called = (*walk.called, f"{function.file}:{function.symbol}@{line}:{column}")
    faults = [] if of_class else walk.faults
    inner = Walker(world, function.file, scope, body, faults, walk.steps, called, expected=walk.expected)
    made = finished(inner, Env(names, env.store, env.begun), env)
    if of_class and faults:
        there = {"file": walk.file, "function": walk.scope.qualname, "span": walk.span(node)}
        walk.faults.append(faults[0]._replace(**there, inside=of_class, text=owner_text(node)))
    return made


def owner_text(node: ast.expr | ast.stmt) -> str:
    """What the property or the method is of, as it is written."""
    function = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""


def finished(inner: Walk, there: Env, env: Env) -> Value:
    """Walk through a function to its ends: what it gives; `env` gets what it did to objects."""
    end = inner.block(inner.body.node.body, there.copy())
    ways = [(held, way) for held, way, _ in inner.returned] + ([(NONE, end)] if end is not None else [])
    done = joined([way for _, way in ways])
    if done is not None:
        env.take(done)
    made: Value = NOTHING
    for held, _ in ways:
        made = either(made, held)
    return made if ways and made != NOTHING else UNSEEN


def of_session(node: ast.Call, name: str, key: str, env: Env, walk: Walk, *, awaited: bool) -> Value:
    """A method of an async session."""
    positional, keywords = arguments(node, env, walk)
    first = positional[0] if positional else keywords.get("statement", keywords.get("instance", UNSEEN))
    world = walk.world
    by = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    event = Event(name, walk.file, walk.scope.qualname, walk.span(node), by)
    if not awaited:
        match name:
            case "add" | "add_all":
                sessions.add(first, key, env)
            case "expire":
                for one in ids_in(first):
                    sessions.expire(one, event, env, YES if len(positional) == 1 else MAYBE)
            case "expunge" | "expire_all" | "expunge_all":
                env.unsure(list(ids_in(first)) or [one for one, _ in sessions.of_session(key, env)])
            case "begin" | "begin_nested" | "in_transaction" | "is_modified" | "get_bind":
                pass
            case _:
                return escaped([SessionOf(key), *positional, *keywords.values()], env)
        return UNSEEN
    match name:
        case "get" | "get_one":
            return fetched(node, key, positional, keywords, env, walk)
        case "execute" | "exec" | "scalar" | "scalars" | "stream" | "stream_scalars":
            return executed(node, name, first, key, event, env, walk)
        case "refresh":
            names = keywords.get("attribute_names", positional[1] if len(positional) > 1 else NONE)
            chosen = sessions.names_in(names)
            if names != NONE and chosen is None:
                return escaped([first], env)
            sessions.refresh(tuple(ids_in(first)), chosen, env, world, event)
        case "flush":
            sessions.flush(key, env, world, event)
        case "commit":
            sessions.commit(key, env, world, event)
        case "rollback":
            sessions.rollback(key, env, event)
        case "close" | "aclose" | "reset":
            sessions.close(key, env, YES if not first_known(first) else MAYBE)
        case "connection" | "begin_nested":
            env.begun[key] = YES
        case _:  # delete, merge, run_sync: anything may be loaded, or gone
            env.unsure([one for one, state in env.store.items() if name == "run_sync" or state.session == key]
                       if name != "delete" else list(ids_in(first)))  # fmt: skip
    return UNSEEN


def first_known(value: Value) -> bool:
    return value != UNSEEN


def fetched(
    node: ast.Call, key: str, positional: Sequence[Value], keywords: Mapping[str, Value], env: Env, walk: Walk
) -> Value:  # fmt: skip
    """`session.get(User, 1, options=[…])`."""
    entity = keywords.get("entity", positional[0] if positional else UNSEEN)
    if not isinstance(entity, ClassOf) or walk.world.mapped(entity.key) is None:
        return UNSEEN
    entries = options.entries_in([keywords["options"]]) if "options" in keywords else frozenset()
    about = mentioned(ast.Tuple(elts=[*node.args[1:], *(word.value for word in node.keywords)]), env)
    owner = ast.unparse(node.args[0]) if node.args else ""
    site = Site(walk.file, walk.scope.qualname, walk.span(node), "get", owner, tuple(keywords))
    before = already(node, key, entity, entries, keywords, env, walk)
    made = sessions.load(walk.key(node), entity.key, entries, about, key, site, env, walk.world)
    env.begun[key] = YES
    if before:
        state = env.store[made.ids[0]]
        marks = {**state.marks, **dict.fromkeys(before, "ignored")}
        env.store[made.ids[0]] = replace(state, entries=frozenset(), marks=marks)
    return made


def already(
    node: ast.Call, key: str, entity: ClassOf, entries: frozenset[options.Entry], keywords: Mapping[str, Value],
    env: Env, walk: Walk,
) -> frozenset[str]:  # fmt: skip
    """The attributes that a `get` was to load of an object that the session has: it does not look at them."""
    if "populate_existing" in keywords or EVERYTHING in entries or not entries:
        return frozenset()
    ident = node.args[1] if len(node.args) > 1 else None
    match ident:
        case ast.Attribute(value=ast.Name(id=name), attr="id") if isinstance(env.names.get(name), One):
            held = env.names[name]
        case _:
            return frozenset()
    one = held.ids[0] if isinstance(held, One) and len(held.ids) == 1 else ""
    state = env.store.get(one)
    if state is None or (state.cls, state.session, state.group) != (entity.key, key, ""):
        return frozenset()
    from stackcheck_rules.analyses._loading_reads import trouble

    names = {each.path[0] for each in entries if len(each.path) == 1 and each.form == "load"}
    return frozenset(name for name in names if trouble(one, name, env, walk.world) == "lazy")


def executed(node: ast.Call, name: str, statement: Value, key: str, event: Event, env: Env, walk: Walk) -> Value:
    """What a statement gives: rows, or the first part of each."""
    sessions.flush(key, env, walk.world, event)
    if isinstance(statement, Written):
        return Result(UNSEEN, name == "scalars")
    if not isinstance(statement, Statement):
        # Whatever it is, it may load what was not there.
        for one, state in list(env.store.items()):
            if state.life != "new":
                env.unsure([one])
        return UNSEEN
    items: list[Value] = []
    for at, cls in enumerate(statement.entities):
        if cls is None:
            items.append(UNSEEN)
        else:
            made = f"{walk.key(node)}#{at}"
            items.append(sessions.load(made, cls, statement.entries if at == 0 else frozenset({EVERYTHING}),
                                       statement.about, key, statement.site, env, walk.world))  # fmt: skip
    alone = len(items) == 1
    match name:
        case "scalar":
            return items[0] if items else UNSEEN
        case "scalars" | "stream_scalars":
            return Result(items[0] if items else UNSEEN, True)
        case "exec":
            return Result(items[0] if alone else Several(tuple(items)), alone)
    return Result(Several(tuple(items)), False)


def narrowed(test: ast.expr, env: Env, holds: bool) -> None:
    from stackcheck_rules.analyses._loading_walk import narrow

    narrow(test, env if holds else env.copy(), env.copy() if holds else env)


def settle(env: Env, *ways: Env) -> None:
    """Go on after one of several ways that an expression may have gone."""
    done = joined([env, *ways]) if len(ways) < 2 else joined(ways)
    if done is not None:
        env.names, env.store, env.begun = done.names, done.store, done.begun
