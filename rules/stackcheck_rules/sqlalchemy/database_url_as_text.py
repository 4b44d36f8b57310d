"""Database URL that loses its password on the way to text

## Why is this bad?

`str(engine.url)` gave the whole URL in SQLAlchemy 1.x. Since 2.0 the password in it is `***`: whoever connects
with that text (a migration, a second engine, a subprocess) is refused, and only where there is a
password, so that no test shows it. Pass the URL itself, or ask for the text with the password.

Texts that people read (`print`, logging, f-strings) and comparisons are left alone, and so are URLs that are
written without password.

## Example

```python
from sqlalchemy import Engine, create_engine


def replica_of(engine: Engine) -> Engine:
    return create_engine(str(engine.url))
```

Use instead:

```python
from sqlalchemy import Engine, create_engine


def replica_of(engine: Engine) -> Engine:
    return create_engine(engine.url.render_as_string(hide_password=False))
```

## Fix safety

Unsafe: the password is in the text again.

## References

- [`URL.render_as_string()`](https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.engine.URL.render_as_string)
- [SQLAlchemy 2.0 changelog: `str(url)` hides the password](https://docs.sqlalchemy.org/en/20/changelog/changelog_20.html#change-2.0.0b1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stackcheck import Context, Finding, Fix, Rule
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.sqlalchemy_branches import sqlalchemy_branches
from stackcheck_rules.analyses.url_texts import UrlText, url_texts
from stackcheck_rules.sqlalchemy._call_edits import replaced, source
from stackcheck_rules.sqlalchemy._url_texts import url_text

PASSWORD = re.compile(r"://[^/@]*:[^/]*@")

rule = Rule("STK293", requires=(KINDS, url_texts), versions={"sqlalchemy": "1.4"}, outside=(sqlalchemy_branches,))


@rule.on_fact(url_texts)
def check(text: UrlText, ctx: Context) -> Iterator[Finding]:
    url = ctx.kind(text.url, text.scope)
    if url.word != "url" or not url.certain or ctx.symbol(("name", "str"), text.scope) != "builtins.str":
        return
    written = url_text(text.url, text.scope, ctx)
    if written and not PASSWORD.search(written):
        return
    edit = replaced(text.whole, f"{source(text.at, ctx)}.render_as_string(hide_password=False)", ctx)
    fix = Fix((edit,), "Keep the password", applicability="unsafe")
    yield Finding(text.whole, "`str()` of a database URL hides the password in SQLAlchemy 2.0", fix)
