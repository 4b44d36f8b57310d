"""What Python's own functions, containers and a few of its modules give, for the evaluator."""

from __future__ import annotations

from stackcheck.index.kinds import CONSTANT, UNKNOWN, Arguments, Kind, KindTable, join


def item(whole: Kind) -> Kind:
    """What iterating gives."""
    match whole.word, whole.args:
        case "list" | "generator", (inside, *_):
            return inside
        case "dict", (key, _):
            return key
        case "tuple", (first, *rest) if all(other == first for other in rest):
            return first
    return UNKNOWN


def part(whole: Kind, position: int) -> Kind:
    """What unpacking gives at a position."""
    if whole.word == "tuple":
        return whole.args[position] if position < len(whole.args) else UNKNOWN
    return item(whole) if whole.word == "list" else UNKNOWN


def list_of(inside: Kind) -> Kind:
    return Kind("list", args=(inside,)) if inside.known else Kind("list")


def items_of_first(called: Kind, arguments: Arguments) -> Kind:
    return list_of(item(arguments.positional(0)))


def numbered(called: Kind, arguments: Arguments) -> Kind:
    return list_of(Kind("tuple", args=(CONSTANT, item(arguments.positional(0)))))


def zipped(called: Kind, arguments: Arguments) -> Kind:
    return list_of(Kind("tuple", args=tuple(item(arguments.positional(at)) for at in range(4))))


def filtered(called: Kind, arguments: Arguments) -> Kind:
    return list_of(item(arguments.positional(1)))


def one_of_first(called: Kind, arguments: Arguments) -> Kind:
    return item(arguments.positional(0))


def following(called: Kind, arguments: Arguments) -> Kind:
    """`next(users, default)`."""
    return or_default(item(arguments.positional(0)), arguments)


def or_default(found: Kind, arguments: Arguments) -> Kind:
    """What is found under the first argument, or else the second one."""
    return join([found, arguments.positional(1)]) if arguments.count > 1 else found


def first(called: Kind, arguments: Arguments) -> Kind:
    return arguments.positional(0)


def dict_of_first(called: Kind, arguments: Arguments) -> Kind:
    given = arguments.positional(0)
    return given if given.word == "dict" else Kind("dict")


def class_of_first(called: Kind, arguments: Arguments) -> Kind:
    given = arguments.positional(0)
    named = bool(given.symbol) and given.word not in {"class", "function", "module", "external", "method"}
    return Kind("class", given.symbol, given.file, given.args, given.certain) if named else UNKNOWN


def gathered(called: Kind, arguments: Arguments) -> Kind:
    if arguments.keyword("return_exceptions").known:
        return UNKNOWN  # each may be an exception instead
    given = [arguments.positional(at) for at in range(6)]
    results = [one.args[0] if one.word == "awaitable" and one.args else UNKNOWN for one in given]
    return Kind("awaitable", args=(Kind("tuple", args=tuple(results)),))


def itself(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver


def inside(receiver: Kind, arguments: Arguments) -> Kind:
    return receiver.args[-1] if receiver.args else UNKNOWN


def looked_up(receiver: Kind, arguments: Arguments) -> Kind:
    return or_default(inside(receiver, arguments), arguments)


def values(receiver: Kind, arguments: Arguments) -> Kind:
    return list_of(inside(receiver, arguments))


def keys(receiver: Kind, arguments: Arguments) -> Kind:
    return list_of(receiver.args[0] if len(receiver.args) == 2 else UNKNOWN)


def pairs(receiver: Kind, arguments: Arguments) -> Kind:
    return list_of(Kind("tuple", args=receiver.args)) if len(receiver.args) == 2 else Kind("list")


# Those that read each item of their arguments.
ITERATING = {f"builtins.{name}" for name in ("enumerate", "filter", "frozenset", "iter", "list", "max", "min", "next",
                                             "reversed", "set", "sorted", "tuple", "zip")}  # fmt: skip

BUILTIN = KindTable(
    calls={
        **{f"builtins.{name}": items_of_first for name in ("list", "set", "frozenset", "sorted", "reversed", "iter",
                                                           "tuple")},
        **{f"builtins.{name}": one_of_first for name in ("min", "max")},
        "builtins.next": following,
        **{f"random.{name}": items_of_first for name in ("sample", "choices")},
        "random.choice": one_of_first,
        "builtins.enumerate": numbered,
        "builtins.zip": zipped,
        "builtins.filter": filtered,
        "builtins.dict": dict_of_first,
        "builtins.type": class_of_first,
        "builtins.str": CONSTANT,
        "builtins.int": CONSTANT,
        "asyncio.gather": gathered,
        "asyncio.wait_for": first,
        "asyncio.shield": first,
        "asyncio.create_task": first,
        "copy.copy": first,
        "copy.deepcopy": first,
    },
    methods={
        **{f"list.{name}": itself for name in ("copy", "union", "intersection", "difference")},
        "list.pop": inside,
        "dict.copy": itself,
        "dict.get": looked_up,
        "dict.pop": looked_up,
        "dict.setdefault": looked_up,
        "dict.values": values,
        "dict.keys": keys,
        "dict.items": pairs,
    },
)  # fmt: skip
