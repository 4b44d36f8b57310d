"""Call that sleeps, asks another server or runs a program in an `async def`

## Why is this bad?

`time.sleep`, `requests.get` or `subprocess.run` stop the thread that they run in, and everything that is `async def`
shares one. Until they are done no other request goes on.

The rule is opt-in, since ruff reports the same calls (ASYNC210, ASYNC221, ASYNC222, ASYNC251): it is for projects that
do not select those. Only files that a route reaches are looked at, and nothing in a lifespan or a startup handler.

## Example

```python
import time

from fastapi import APIRouter

router = APIRouter()


@router.get("/users")
async def list_users() -> list[str]:
    time.sleep(0.3)
    return ["Ada"]
```

Use instead:

```python
import asyncio

from fastapi import APIRouter

router = APIRouter()


@router.get("/users")
async def list_users() -> list[str]:
    await asyncio.sleep(0.3)
    return ["Ada"]
```

## References

- [FastAPI: concurrency and async / await](https://fastapi.tiangolo.com/async/)
- [Ruff: flake8-async](https://docs.astral.sh/ruff/rules/#flake8-async-async)
"""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Context, Finding, Rule
from stackcheck_rules.analyses.blocking_functions import BLOCKING, BLOCKING_NAMES
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.served import is_served, served
from stackcheck_rules.analyses.sync_calls import Calls, sync_calls, written
from stackcheck_rules.database._startup import is_startup

rule = Rule("STK316", requires=(KINDS, sync_calls, served), severity="warning", default=False)


@rule.on_fact(sync_calls)
def check(calls: Calls, ctx: Context) -> Iterator[Finding]:
    function = ctx.outline.scopes[calls.function]
    if not function.is_async or not is_served(ctx) or is_startup(function, ctx):
        return
    for called in calls.calls:
        if called.callee[-1] in BLOCKING_NAMES and not called.awaited:
            waits = BLOCKING.get(ctx.symbol(called.callee, calls.function))
            if waits:
                message = (
                    f"`{written(called.callee)}` {waits} in `async def {function.name}`, and every other request too"
                )
                yield Finding(called.at, message)
