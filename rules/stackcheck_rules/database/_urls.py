"""URLs as they reach an engine: through constants, functions, settings and the environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Context, Expr, Kind, dotted
from stackcheck_rules.sqlalchemy._makers import ENGINE_MAKERS
from stackcheck_rules.sqlalchemy._url_texts import bound_to

MOST = 6  # names that stand for one another
ENVIRONMENT = {"os.getenv", "os.environ.get"}
URL = "sqlalchemy.engine.URL"
# What gives a URL again as text, or a text that is the same as far as its scheme.
AS_TEXT = {"render_as_string", "unicode_string", "human_repr", "strip"}

# Decorators after which a function still gives what it returns.
PLAIN = {"cache", "cached_property", "computed_field", "functools.cached_property", "lru_cache", "property"}


class Url(NamedTuple):
    """A URL as far as it is written down; `whole` if that is all of it.

    `unless` says what decides otherwise: the variable or the setting whose default this is. `home` is the
    (scope, name) that it was bound to first, None where it stands in the expression itself.
    """

    text: str
    whole: bool = True
    unless: str = ""
    home: tuple[Kind, str] | None = None

    @property
    def condition(self) -> str:
        """What is to be said behind a verb, with a blank before it."""
        return f" unless {self.unless}" if self.unless else ""


def urls_of(expr: Expr, scope: str, ctx: Context, file: str = "", most: int = MOST) -> Iterator[Url]:
    """Every URL that an expression is known to be, under whatever circumstances."""
    match expr:
        case ("const", str(text)):
            yield Url(text)
        case ("begins", text):
            yield Url(text, whole=False)
        case ("either", items):
            found = [list(urls_of(item, scope, ctx, file, most)) for item in items]
            known = all(found)
            yield from (url if known else url._replace(unless="another is given") for urls in found for url in urls)
        case ("call", ("attr", value, "format"), _, _):
            templates = urls_of(value, scope, ctx, file, most)
            yield from (Url(template.text.partition("{")[0], whole=False) for template in templates)
        case ("call", ("attr", value, name), _, _) if name in AS_TEXT:
            yield from urls_of(value, scope, ctx, file, most)
        case ("call", function, positional, keywords):
            yield from called(function, positional, dict(keywords), scope, ctx, file, most)
        case ("attr", value, name) if most:
            owner = ctx.kind(value, scope, file)
            if owner.word == "settings" and owner.file:
                yield from default_of(owner, name, ctx, most - 1)
            elif name == "url" and owner.word in {"engine", "async-engine"}:
                yield from urls_of(value, scope, ctx, file, most - 1)
            else:
                yield from named(expr, scope, ctx, file, most)
        case ("name", _) if most:
            yield from named(expr, scope, ctx, file, most)


def named(name: Expr, scope: str, ctx: Context, file: str, most: int) -> Iterator[Url]:
    bound, home, where = bound_to(name, scope, ctx, file)
    found = urls_of(bound, home, ctx, where, most - 1)
    # Of a name that an import brings, what is bound is bound under the name that it has there.
    source = None if home else ctx.source_of(name, scope, file)
    place = (Kind("scope", home, where or ctx.file), source[1] if source else name[-1])
    yield from (url._replace(home=url.home or place) for url in found)


def called(
    function: Expr, positional: tuple[Expr, ...], words: dict[str, Expr], scope: str, ctx: Context, file: str, most: int
) -> Iterator[Url]:
    """What a call gives: of SQLAlchemy, of the environment, of a function of the project."""
    kind = ctx.kind(function, scope, file)
    first = positional[0] if positional else ("other",)
    match function:
        case ("attr", cls, "create") if ctx.symbol(cls, scope, file) == URL:
            drivers = urls_of(words.get("drivername", first), scope, ctx, file, most)
            yield from (Url(f"{driver.text}://", whole=False) for driver in drivers)
        case ("attr", value, "set") if "drivername" in words and ctx.kind(value, scope, file).word == "url":
            drivers = urls_of(words["drivername"], scope, ctx, file, most)
            yield from (Url(f"{driver.text}://", whole=False) for driver in drivers)
    if kind.file and kind.word == "function" and most:
        yield from returned(kind, ctx, most - 1)
    elif kind.symbol in ENVIRONMENT:
        default = positional[1] if len(positional) > 1 else words.get("default", ("other",))
        variable = first[1] if first[0] == "const" else "the variable"
        yield from (url._replace(unless=f"`{variable}` is set") for url in urls_of(default, scope, ctx, file, most))
    elif kind.symbol in ENGINE_MAKERS | {"sqlalchemy.make_url", "builtins.str"}:
        yield from urls_of(words.get("url", first), scope, ctx, file, most)


def returned(function: Kind, ctx: Context, most: int) -> Iterator[Url]:
    """What a function or a property of the project gives, if it gives one thing only."""
    scope = ctx.scope(function)
    if scope is None or scope.is_async or len(scope.values) != 1 or not {*map(dotted, scope.decorators)} <= PLAIN:
        return
    yield from urls_of(scope.values[0], function.symbol, ctx, function.file, most)


def default_of(settings: Kind, name: str, ctx: Context, most: int) -> Iterator[Url]:
    """The default of a field of a settings class that no validator can change."""
    cls = Kind("class", settings.symbol, settings.file)
    own = [one for one in ctx.ancestry(cls).classes if one.file]
    if any(may_change(one, ctx) for one in own):
        return
    holder = next((one for one in own if ctx.bindings(one, name)), None)
    if holder is None:
        return
    match ctx.bindings(holder, name):
        case (("const", str()) | ("begins", _) as value,):
            default = value
        case (("call", function, (value, *_), _),) if is_field(function, holder, ctx):
            default = value
        case (("call", function, (), words),) if is_field(function, holder, ctx):
            default = dict(words).get("default", ("other",))
        case (("def", qualname),):
            yield from returned(Kind("function", qualname, holder.file), ctx, most)
            return
        case _:
            return
    found = urls_of(default, holder.symbol, ctx, holder.file, most)
    yield from (url._replace(unless=f"`{name}` is set", home=url.home or (holder, name)) for url in found)


def is_field(function: Expr, holder: Kind, ctx: Context) -> bool:
    return ctx.symbol(function, holder.symbol, holder.file) == "pydantic.Field"


def may_change(cls: Kind, ctx: Context) -> bool:
    """Whether a class has a validator, or makes its instances in a way of its own."""
    scopes = ctx.of(cls.file).outline.scopes.values()
    for scope in scopes:
        if scope.form == "function" and scope.parent == cls.symbol:
            decorators = [decorator[1] if decorator[0] == "call" else decorator for decorator in scope.decorators]
            if scope.name in {"__init__", "model_post_init"} or any("valid" in dotted(one) for one in decorators):
                return True
    return False
