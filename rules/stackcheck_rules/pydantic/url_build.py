"""URL built with the arguments of Pydantic 1

## Why is this bad?

`AnyUrl.build` and its like take `username` instead of `user` in Pydantic 2, a number as `port`, and no
`tld`: the old arguments raise `TypeError`. `path` silently means something else: version 2 puts the slash before it,
so that `path="/app"` makes `postgresql://localhost//app`. The result is a URL, no longer a string.

The types themselves take the URL alone, no `scheme` beside it, and check it. The types of mail addresses have lost
their `validate`.

## Example

```python
from pydantic import PostgresDsn


def database_url(user: str, password: str, name: str) -> str:
    return PostgresDsn.build(scheme="postgresql", user=user, password=password, host="db", path=f"/{name}")
```

Use instead:

```python
from pydantic import PostgresDsn


def database_url(user: str, password: str, name: str) -> str:
    return str(PostgresDsn.build(scheme="postgresql", username=user, password=password, host="db", path=f"{name}"))
```

## Fix safety

Unsafe: the fix builds the string that version 1 built, but version 2 completes some URLs (a slash after
a bare host, the default port and database of Redis) and refuses others. It turns a `port` that is not written out
into a number by `int`. No fix is offered where the `path` or the `port` comes out of a call other than `.get(…)`.
`HttpUrl(url, scheme="https")` becomes `HttpUrl(url)`, which checks the URL: unsafe as well.

`EmailStr.validate(value)` becomes `validate_email(value)[1]`, which is what it called: safe.

## References

- [Pydantic: `Url` and `Dsn` types no longer inherit from `str`](https://docs.pydantic.dev/latest/migration/#url-and-dsn-types-in-pydanticnetworks-no-longer-inherit-from-str)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule, parse_tree
from stackcheck_rules.analyses._pydantic_kinds import URLS
from stackcheck_rules.analyses._source_text import source_text
from stackcheck_rules.analyses.eras import PYDANTIC_2
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.url_calls import UrlCall, url_calls
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._url_arguments import REFUSED, built, call_at, url_alone

rule = Rule(
    "STK146",
    requires=(KINDS, url_calls),
    versions={"pydantic": "2"},
    without=PYDANTIC_2,
    outside=(version_branches,),
)

ADDRESSES = {"EmailStr", "NameEmail"}


@rule.on_fact(url_calls)
def check(call: UrlCall, ctx: Context) -> Iterator[Finding]:
    home, _, name = ctx.symbol(call.owner, call.scope).rpartition(".")
    if home != "pydantic":
        return
    if call.method == "build" and name in URLS:
        texts = dict(call.texts)
        gone = [f"`{word}`" for word in call.words if word in REFUSED]
        slash = ["a `path` that begins with a slash"] if texts.get("path", "").startswith("/") else []
        port = ["a `port` that is a string"] if "port" in texts else []
        if old := [*gone, *slash, *port]:
            yield Finding(call.span, f"`{name}.build` with {' and '.join(old)} is Pydantic 1's", build(call, ctx))
    elif not call.method and name in URLS:
        yield Finding(call.span, f"`{name}` takes nothing but the URL in Pydantic 2", make(call, ctx))
    elif call.method == "validate" and name in ADDRESSES:
        yield Finding(call.span, f"`{name}.validate` is gone from Pydantic 2", validate(call, name, ctx))


def build(call: UrlCall, ctx: Context) -> Fix | None:
    source, tree = source_text(ctx.text), parse_tree(ctx.text)
    node = call_at(call.span, tree, source)
    edits = built(node, tree, source) if node is not None else None
    return Fix(ctx.edits(edits), "Build it as Pydantic 2 does", (), "unsafe") if edits is not None else None


def make(call: UrlCall, ctx: Context) -> Fix | None:
    source = source_text(ctx.text)
    node = call_at(call.span, parse_tree(ctx.text), source)
    edits = url_alone(node, source) if node is not None else None
    return Fix(ctx.edits(edits), "Leave the rest to Pydantic", (), "unsafe") if edits is not None else None


def validate(call: UrlCall, name: str, ctx: Context) -> Fix | None:
    source = source_text(ctx.text)
    node = call_at(call.span, parse_tree(ctx.text), source)
    function = ctx.name("pydantic.validate_email")
    if node is None or function is None or len(node.args) != 1 or node.keywords or name != "EmailStr":
        return None
    code = f"{function.code}({source.code(node.args[0])})[1]"
    return Fix(ctx.edits([(call.span, code)]), "Use `validate_email`", function.requests)
