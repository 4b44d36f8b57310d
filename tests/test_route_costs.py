"""The measure behind STK601, row by row: what each construct of a route costs, and what it does not."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from stackcheck.check.results import Checks
from stackcheck.engine import Job, check_project
from stackcheck.registry import load_rules
from stackcheck.testing import Case, found_in, project_of, read_case

RULE = {rule.code: rule for rule in load_rules()}["STK601"]
PROJECTS = Path(__file__).parent.parent / "fixtures" / "projects"
MODULE = """\
import asyncio, logging, os, smtplib, subprocess
import boto3, httpx, redis.asyncio as redis, requests, stripe
import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from httpx import AsyncClient
from sqlalchemy import case, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from pydantic import BaseModel

router = APIRouter()
logger = logging.getLogger(__name__)
http = AsyncClient()
cache = redis.from_url("redis://")


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    stock: Mapped[int]


class ItemIn(BaseModel):
    stock: int


def statement() -> sa.Select:
    return select(Item)


async def get_db():
    async with AsyncSession() as session:
        yield session


@router.post("/items")
async def route(
    a, b, c, xs, obj, payload: ItemIn, request: Request, response: Response, old: Session, session: Response,
    db: AsyncSession = Depends(get_db),
):
"""
QUERY = "await db.scalar(select(Item))\n"


def hits(body, module=MODULE, most=-1, exclude_html=False):
    """What is found in a route with a body."""
    case = Case(Path("/project"), {"app/routes.py": module + indent(body, "    ")})
    evaluator, job = project_of(case, [RULE])
    options = {"route-logic": {"max-route-logic": most, "exclude-html": exclude_html}}
    checks = Checks((RULE,), options=options)
    return check_project(evaluator, Job(job.files, lambda file: checks))["app/routes.py"].hits


def points(body, module=MODULE):
    """The points of a route with a body."""
    (hit,) = hits(body, module)
    return int(re.search(r": (\d+) points?\b", hit.message)[1])


COSTS = {
    # guards
    "guards of existence": (0, "if a:\n    raise E\nif not b:\n    raise E\nif c is None:\n    raise\n" * 2),
    "guard of an awaited query": (0, "if await db.scalar(select(Item)):\n    raise E\n" * 2),
    "guard of a walrus": (0, "if (found := obj.get(a)) is None:\n    raise E\n" * 4),
    "two other guards": (0, "if a > b:\n    raise E\n" * 2),
    "third other guard": (2, "if a > b:\n    raise E\n" * 3),
    "fifth other guard": (6, "if a > b or c:\n    raise E\n" * 5),
    "guard that logs": (0, "if not a:\n    logger.warning('no %s', b)\n    raise E\n" * 3),
    "guard that words its message": (0, "if not a:\n    message = f'no {b}'\n    raise E(message)\n"),
    "guard with elif and else": (0, "if a > b:\n    raise\nelif b > c:\n    raise\nelse:\n    raise\n" * 2),
    "guard in a loop": (2, "for x in xs:\n    if not x:\n        raise E\n"),
    "guard that does more": (2, "if not a:\n    obj.clean()\n    raise E\n"),
    "guard with a branch that goes on": (4, "if not a:\n    raise E\nelse:\n    b()\n"),
    "return is no guard": (2, "if not a:\n    return None\n"),
    # error translation
    "two translated errors": (
        0,
        "try:\n    a()\nexcept K:\n    raise E\nexcept V as e:\n    logger.error(e)\n    raise E\n",
    ),
    "rollback and raise": (0, "try:\n    a()\nexcept K:\n    await db.rollback()\n    raise\n"),
    "third translated error": (2, "try:\n    a()\nexcept K:\n    raise E\n" * 3),
    "other except": (2, "try:\n    a()\nexcept K:\n    b()\n"),
    "nested other except": (6, "if a:\n    try:\n        a()\n    except K:\n        pass\n"),
    "body of other except is deeper": (6, "try:\n    a()\nexcept K:\n    if a:\n        b()\n"),
    "try itself is no depth": (2, "try:\n    if a:\n        b()\nfinally:\n    c()\n"),
    # branches
    "if": (2, "if a:\n    b()\n"),
    "if in if": (6, "if a:\n    if b:\n        c()\n"),
    "if in if in if": (12, "if a:\n    if b:\n        if c:\n            a()\n"),
    "elif and else": (6, "if a:\n    b()\nelif b:\n    c()\nelse:\n    a()\n"),
    "nested elif has no depth": (8, "if a:\n    if b:\n        c()\n    elif c:\n        a()\n"),
    "else with an if below": (8, "if a:\n    b()\nelse:\n    if b:\n        c()\n"),
    "with is no depth": (2, "with a:\n    if b:\n        c()\n"),
    # loops
    "for": (2, "for x in xs:\n    a(x)\n"),
    "while": (2, "while a:\n    b()\n"),
    "async for": (2, "async for x in xs:\n    a(x)\n"),
    "for in for": (6, "for x in xs:\n    for y in x:\n        a(y)\n"),
    "patch loop": (0, "for k, v in payload.model_dump().items():\n    setattr(obj, k, v)\n"),
    "patch loop over names": (0, "for k in payload.model_fields_set:\n    setattr(obj, k, a[k])\n"),
    "patch loop that does more": (2, "for k, v in a.items():\n    setattr(obj, k, v)\n    b()\n"),
    "match": (2, "match a:\n    case 1:\n        b()\n    case _:\n        c()\n"),
    "match in if": (6, "if a:\n    match b:\n        case 1:\n            c()\n"),
    # comprehensions and small expressions
    "plain mapping": (0, "return [ItemIn.model_validate(x) for x in xs]\n"),
    "comprehension with a condition": (2, "return {x for x in xs if x}\n"),
    "comprehension over two": (2, "return {x: y for x in xs for y in x}\n"),
    "ternary": (1, "return a if b else c\n"),
    "lambda": (1, "return sorted(xs, key=lambda x: x.id)\n"),
    "arithmetic": (2, "return a * b + c\n"),
    "arithmetic in an f-string": (1, "return f'{a * b}'\n"),
    "augmented assignment": (1, "a += 1\n"),
    "attribute write": (1, "obj.name = a\n"),
    "attribute writes by unpacking": (2, "obj.name, obj.age = a\n"),
    "augmented attribute": (1, "obj.stock -= 1\n"),
    "attributes of HTTP objects": (
        0,
        "request.state.user = a\nresponse.status_code = 1\nself.x = 1\na.state.x = 1\n",
    ),
    "attribute of a response by another name": (0, "session.status_code = 201\n"),
    "item write": (0, "a['x'] = b\n"),
    "text": (0, "return 'a' + b + c, '%s' % a, 'n: %s' % (b,), a + f'{b}' + c, a / 'x', [a] + b\n"),
    "arithmetic between texts": (1, "return 'a' + str(b * c)\n"),
    "unions": (0, "return a | b, a & b\n"),
    "nested function": (2, "def inner():\n    return 1\n"),
    "body of a nested function is deeper": (6, "def inner():\n    if a:\n        b()\n"),
    # persistence
    "two queries": (0, QUERY * 2),
    "third query": (2, QUERY * 3),
    "fifth query": (6, QUERY * 5),
    "constructs count where they are more": (2, "a(select(Item), sa.update(Item), text('x'))\n"),
    "reads count where they are more": (4, "await db.get(Item, 1)\n" * 2 + QUERY * 2),
    "queries of SQLAlchemy 1": (2, "old.query(Item).filter(a).first()\n" * 3),
    "a read of something else": (0, "session.get(1)\n" * 4 + "obj.execute(a)\n" * 4),
    "names of a comprehension are no session": (0, "return [db.get(a) for db in xs]\n" * 3),
    "one write": (0, "db.add(obj)\n"),
    "third write": (4, "db.add(obj)\nawait db.delete(obj)\nawait db.merge(obj)\n"),
    "one commit": (0, "await db.commit()\n"),
    "third commit": (4, "await db.commit()\n" * 3),
    "flush and refresh": (0, "await db.flush()\nawait db.refresh(obj)\n" * 3),
    "a session in a nested function": (4, "def inner():\n    old.commit()\n    old.commit()\n"),
    # statements
    "six clauses": (0, "select(Item).where(a).join(b).group_by(c).order_by(a).limit(b).offset(c)\n"),
    "eighth clause": (
        2,
        "select(Item).where(a).join(b).group_by(c).order_by(a).limit(b).offset(c).options(a).distinct()\n",
    ),
    "clauses by a name": (1, "q = select(Item)\n" + "q = q.where(a)\n" * 7),
    "clauses of a statement from elsewhere": (1, "q = statement()\n" + "q.where(a)\n" * 7),
    "clauses of a nested function": (3, "q = select(Item)\ndef inner():\n" + "    q.where(a)\n" * 7),
    "clauses of a query": (1, "old.query(Item)" + ".filter(a)" * 7 + "\n"),
    "join of texts is no clause": (0, "', '.join(xs)\n" * 8),
    "pagination": (0, "select(Item).offset((a - 1) * b).limit(b + 1)\n"),
    "pagination of something else": (0, "obj.pages.limit(b + 1)\n"),
    "arithmetic in SQL": (0, "update(Item).where(Item.id > a + 1).values(stock=Item.stock - b)\n"),
    "arithmetic in a query": (0, "old.query(Item).filter(a).update({'stock': a - b})\n"),
    "arithmetic in an update of a dict": (1, "obj.update({'stock': a - b})\n"),
    "arithmetic on columns": (
        0,
        "x = Item.stock - b\ny = func.now() - c\nsa.case((a, func.sum(b) * c - 1))\n",
    ),
    # other systems
    "requests": (4, "requests.get(a)\n"),
    "the answer of requests": (4, "r = requests.post(a)\nr.json()\nr.raise_for_status()\n"),
    "httpx client": (
        8,
        "async with httpx.AsyncClient() as client:\n    await client.get(a)\n    await client.post(b)\n",
    ),
    "httpx client of the module": (4, "await http.get(a)\n"),
    "smtplib": (4, "with smtplib.SMTP(a) as mail:\n    mail.starttls()\n    mail.send_message(b)\n"),
    "boto3": (
        8,
        "s3 = boto3.client('s3')\ns3.put_object(a)\nboto3.resource('s3').Bucket(a).upload_file(b)\n",
    ),
    "boto3 that signs": (0, "boto3.client('s3').generate_presigned_url(a)\n"),
    "subprocess": (8, "subprocess.run(a)\nawait asyncio.create_subprocess_exec(a)\n"),
    "redis": (8, "await cache.set(a, b)\nawait redis.Redis.from_url(a).get(b)\n"),
    "stripe": (4, "stripe.Charge.create(amount=a)\nstripe.Webhook.construct_event(a)\n"),
    # what a route is for
    "responses": (
        0,
        "response.set_cookie('a', b)\nresponse.headers['x'] = c\nreturn Response(a, status_code=201)\n",
    ),
    "services and tasks": (
        0,
        "await service.create(db, payload)\ntasks.add_task(a, b)\nlogger.info('x %s', a)\n",
    ),
    "forms": (0, "form = await request.form()\nbody = await a.read()\nreturn ItemIn.model_validate(obj)\n"),
    "docstring": (0, '"""Says what it does."""\nreturn a\n'),
}


@pytest.mark.parametrize(("expected", "body"), COSTS.values(), ids=COSTS)
def test_costs(expected, body):
    assert points(body) == expected


def test_defaults_and_decorators_of_a_route_cost_nothing():
    module = MODULE.replace('"/items"', '"/items", tags=[1 + 1]').replace("get_db),", "get_db), key=lambda x: 1 + 1,")

    assert points("return a\n", module) == 0


def test_a_very_deep_expression_breaks_nothing_down():
    # How deep is too deep depends on the recursion limit: such a route is either read or passed over.
    found = hits("return " + " * ".join(["a"] * 1200) + "\n")

    assert [hit.code for hit in found] in ([], ["STK601"])


def test_the_limit_is_what_the_option_says():
    assert hits("return a + b + c\n", most=2) == ()
    assert len(hits("return a + b + c\n", most=1)) == 1


def test_the_dearest_lines_are_related_places():
    (hit,) = hits("obj.a = b + c\nif a:\n    b()\n")

    assert [(one.place.span.line, one.message) for one in hit.related] == [
        (hit.span.line + 4, "2 points: attribute write, arithmetic"),
        (hit.span.line + 5, "2 points: branch"),
    ]


@pytest.mark.parametrize(
    ("decorator", "body"),
    [
        ('"/items", response_class=HTMLResponse', "return a"),
        ('"/items", response_class=responses.RedirectResponse', "return a"),
        ('"/items"', "return templates.TemplateResponse(request, 'items.html')"),
        ('"/items"', "return RedirectResponse(a)"),
    ],
)
def test_pages_are_left_out_only_on_demand(decorator, body):
    module = MODULE.replace('"/items"', decorator)

    assert len(hits(body, module)) == 1
    assert hits(body, module, exclude_html=True) == ()


def test_other_answers_are_not_left_out():
    assert len(hits("return Response(a)\n", exclude_html=True)) == 1


def test_the_reference_project_is_clean():
    assert found_in_project("reference") == []


def test_the_fat_route_of_the_legacy_project_is_found():
    assert found_in_project("legacy") == [("app/api/orders.py", "`create_order`")]


def found_in_project(name):
    case = read_case(PROJECTS / name)
    results = found_in(case, [RULE])
    return [(file, hit.message.split()[0]) for file, result in results.items() for hit in result.hits]
