"""What a session is opened by: the factory, or the class with its engine."""

from __future__ import annotations

from stackcheck import Context, Expr, Kind

Opener = tuple[object, ...]


def opened_by(home: tuple[str, str], ctx: Context) -> Opener | None:
    """What a generator opens and yields once; None where that is not certain."""
    made = made_in(home, ctx)
    return opener(made, home[1], home[0], ctx) if made else None


def made_in(home: tuple[str, str], ctx: Context) -> Expr | None:
    """The call that makes what a generator yields once."""
    kind = Kind("function", home[1], home[0])
    function = ctx.scope(kind)
    if function is None or function.decorators or len(function.yields) != 1 or function.yields[0][0] != "name":
        return None
    match ctx.bindings(kind, function.yields[0][1]):
        case (("enter", made),) | (("call", *_) as made,):
            return made
    return None


def opener(made: Expr, scope: str, file: str, ctx: Context) -> Opener | None:
    """A factory by where it is made, a class by its name and the engine it is given; None for anything else."""
    match made:
        case ("call", called, (), ()) if ctx.kind(called, scope, file).word == "factory":
            return ctx.source_of(called, scope, file)
        case ("call", called, (engine,), _):
            cls, bound = ctx.kind(called, scope, file), ctx.source_of(engine, scope, file)
            return (cls.symbol, cls.file, bound) if cls.word == "class" and bound else None
    return None
