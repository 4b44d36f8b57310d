"""URL of a model used as a string

## Why is this bad?

`AnyUrl`, `HttpUrl`, `PostgresDsn` and their like were strings in Pydantic 1. In Pydantic 2 they are not:
`create_engine(settings.database_url)` and `settings.api_url + "/users"` raise, `.startswith` does not
exist, and a comparison with a string is false without a word.

## Example

```python
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Settings(BaseSettings):
    database_url: PostgresDsn


settings = Settings(database_url="postgresql://localhost/app")
engine = create_engine(settings.database_url)
```

Use instead:

```python
from pydantic import PostgresDsn
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine


class Settings(BaseSettings):
    database_url: PostgresDsn


settings = Settings(database_url="postgresql://localhost/app")
engine = create_engine(str(settings.database_url))
```

Only fields of models are looked at that are declared as a URL and that no validator of the class makes something
else of.

## Fix safety

Unsafe: the text of a URL may have more than was given, `https://example.com` becomes
`https://example.com/`. `.user` becomes `.username`, which is safe; of `PostgresDsn` and `MongoDsn`, which may
have several hosts now, it becomes `.hosts()[0]["username"]`, and `.host`, `.port` (a number now) and
`.password` likewise, which is unsafe. There is no fix for `isinstance(url, str)`, `tld` and `host_type`.

## References

- [Pydantic: `Url` and `Dsn` types no longer inherit from `str`](https://docs.pydantic.dev/latest/migration/#url-and-dsn-types-in-pydanticnetworks-no-longer-inherit-from-str)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Expr, Finding, Kind, Rule, parse_tree
from stackcheck_rules.analyses._pydantic_kinds import MODELS, URLS
from stackcheck_rules.analyses.clients import CLIENTS
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.url_fields import FIELDS, FileMark, UrlUse, string_uses, url_fields
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._url_fixes import GONE, SEVERAL_HOSTS, fix_of
from stackcheck_rules.pydantic._url_readers import takes_text

rule = Rule(
    "STK147",
    requires=(KINDS, CLIENTS, url_fields),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

SAYS = {
    "argument": "cannot be passed where a string is needed",
    "check": "is no `str`",
    "comparison": "is never equal to a string",
    "search": "cannot be searched like a string",
    "slice": "cannot be sliced like a string",
    "sum": "cannot be joined with a string",
}


@rule.on_fact(url_fields)
def check(fact: object, ctx: Context) -> Iterator[Finding]:
    names = ctx.fact(url_fields, FIELDS) if isinstance(fact, FileMark) else ()
    if not any(f".{name}" in ctx.text for name in names or ()):
        return
    for use in string_uses(parse_tree(ctx.text), ctx.outline, ctx.text):
        match whole_of(use.value):
            case ("attr", owner, str(name)) if name in names and is_url_field(ctx.kind(owner, use.scope), name, ctx):
                url = ctx.kind(use.value, use.scope)
                home, _, kind = url.symbol.rpartition(".")
                if url.certain and url.word == "instance" and home == "pydantic" and kind in URLS:
                    yield from findings(use, name, kind, ctx)


def whole_of(value: Expr) -> Expr:
    """The field that an expression is, or that it is one of the values of."""
    match value:
        case ("item" | "index", tuple(inside), *_):
            return inside
    return value


def is_url_field(owner: Kind, name: str, ctx: Context) -> bool:
    """Whether the first class that binds a name above an instance of a model declares it as a URL."""
    if owner.word not in MODELS or not owner.certain:
        return False
    classes = ctx.ancestry(Kind("class", owner.symbol, owner.file)).classes
    first = next((cls for cls in classes if cls.file and ctx.bindings(cls, name)), None)
    return first is not None and bool(ctx.fact(url_fields, (first.file, first.symbol, name)))


def findings(use: UrlUse, name: str, kind: str, ctx: Context) -> Iterator[Finding]:
    if use.form == "argument" and not takes_text(use, ctx):
        return
    if use.form == "part" and kind not in SEVERAL_HOSTS and use.detail not in GONE:
        return
    says = SAYS.get(use.form) or f"has no `{use.detail}`"
    what = f"`{name}`" if use.value[0] == "attr" else f"a value of `{name}`"
    yield Finding(use.span, f"{what} is a `{kind}`, which {says} in Pydantic 2", fix_of(use, kind, ctx))
