"""Too much logic in a route

## Why is this bad?

What a route decides, computes and stores can be reached only through HTTP: no job, no command and
no other route can use it, and every test of it needs a client, a database and a logged-in user.
Moved into a service it is a function, and the route says what HTTP is about: who may call it, with
what, and what comes back.

## Example

```python
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

router = APIRouter()


class Line(BaseModel):
    price: int
    quantity: int


@router.post("/quotes")
async def create_quote(lines: list[Line], coupon: str | None = None):
    total = 0
    for line in lines:
        amount = line.price * line.quantity
        if line.quantity >= 10:
            amount -= amount // 10
        total += amount
    if coupon == "WELCOME":
        total = total * 90 // 100
    if total <= 0:
        raise HTTPException(status_code=422, detail="Nothing to pay")
    return {"total": total}
```

Use instead:

```python
# file: services.py
from pydantic import BaseModel


class Line(BaseModel):
    price: int
    quantity: int


def quote(lines: list[Line], coupon: str | None) -> int:
    total = sum(amount_of(line) for line in lines)
    return total * 90 // 100 if coupon == "WELCOME" else total


def amount_of(line: Line) -> int:
    amount = line.price * line.quantity
    return amount - amount // 10 if line.quantity >= 10 else amount
# file: routes.py
from fastapi import APIRouter, HTTPException

from services import Line, quote

router = APIRouter()


@router.post("/quotes")
async def create_quote(lines: list[Line], coupon: str | None = None):
    total = quote(lines, coupon)
    if total <= 0:
        raise HTTPException(status_code=422, detail="Nothing to pay")
    return {"total": total}
```

## What counts

The body of the route alone; what it calls and depends on costs nothing. A depth is one for each
`if`, loop, `match`, `except` or function around.

| construct | points |
| --- | --- |
| `if`, loop, `match`, `except` | 2, and 2 more for each depth |
| `elif`, `else` | 2 |
| nested function, comprehension with a condition or over several things | 2 |
| arithmetic, ternary, lambda, augmented assignment, attribute set on an object | 1 |
| call to another system: HTTP, mail, a process, a cache, a payment provider | 4 |
| each query past two, write to the session past one, `commit()` past one | 2 |
| each clause of a statement past six | 1 |
| guard (an `if` that does no more than log and raise) that tests for existence | 0 |
| other guard, `except` that does no more than log, roll back and raise | 0 for two of each, then 2 |
| patch loop over `setattr`, plain mapping, arithmetic in SQL, in `limit` or `offset`, texts | 0 |

## References

- [FastAPI: bigger applications](https://fastapi.tiangolo.com/tutorial/bigger-applications/)
- [Cognitive Complexity](https://www.sonarsource.com/resources/cognitive-complexity/)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stackcheck import Context, Finding, Option, Place, Related, Rule, dotted
from stackcheck_rules.analyses.clients import CLIENTS
from stackcheck_rules.analyses.kinds import KINDS
from stackcheck_rules.analyses.route_costs import RouteCosts, name_span, route_costs
from stackcheck_rules.analyses.routes import Route, is_route
from stackcheck_rules.analyses.served import role_of
from stackcheck_rules.routes._points import Points, most_points, points_of

PAGES = {"HTMLResponse", "RedirectResponse", "TemplateResponse"}
SHOWN = 5

rule = Rule(
    "STK601",
    gate="@",
    requires=(KINDS, CLIENTS, route_costs),
    options={
        "max-route-logic": Option(10, "How many points of logic a route may have"),
        "exclude-html": Option(False, "Whether to leave out routes that answer with a page or a redirect"),
    },
    severity="warning",
)


@rule.on_fact(route_costs)
def check(found: RouteCosts, ctx: Context) -> Iterator[Finding]:
    limit = ctx.options["max-route-logic"]
    if most_points(found.costs) <= limit or role_of(ctx.file) != "app" or not is_route(found.route, ctx):
        return
    if ctx.options["exclude-html"] and is_page(found.route, ctx):
        return
    costs = list(points_of(found.costs, ctx))
    total = sum(cost.points for cost in costs)
    if total <= limit:
        return
    name = found.route.function.rpartition(".")[2].partition("#")[0]
    message = f"`{name}` holds too much logic for a route: {total} points (at most {limit})"
    dearest = dearest_lines(costs)
    if dearest:
        numbers = ", ".join(str(line[0].span.line) for line in dearest)
        message += f"; the most on {'line' if len(dearest) == 1 else 'lines'} {numbers}"
    yield Finding(name_span(found.route, ctx.text), message, related=tuple(related(line, ctx) for line in dearest))


def is_page(route: Route, ctx: Context) -> bool:
    """Whether a route says that it answers with a page, or returns one."""
    scope = ctx.outline.scopes[route.function]
    named = [dict(one[3]).get("response_class") for one in scope.decorators if one[0] == "call"]
    answers = [
        *(one for one in named if one),
        scope.returns,
        *(one[1] for one in scope.values if one[0] == "call"),
    ]
    return any(dotted(one).rpartition(".")[2] in PAGES for one in answers)


def dearest_lines(costs: Sequence[Points]) -> list[list[Points]]:
    """The most expensive lines, in their order."""
    lines: dict[int, list[Points]] = {}
    for cost in costs:
        lines.setdefault(cost.span.line, []).append(cost)
    dearest = sorted(lines.values(), key=lambda line: -sum(cost.points for cost in line))[:SHOWN]
    return sorted(dearest, key=lambda line: line[0].span)


def related(line: Sequence[Points], ctx: Context) -> Related:
    points = sum(cost.points for cost in line)
    words = ", ".join(dict.fromkeys(cost.what for cost in line))
    return Related(Place(ctx.path, line[0].span), f"{points} point{'s' if points > 1 else ''}: {words}")
