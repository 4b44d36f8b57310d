"""Flow: what an expression is at one place, by what was assigned before it."""

import ast
from pathlib import Path

import pytest

from stackcheck.files.source import Source
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.kinds import KindTable
from stackcheck.index.project import Project
from stackcheck.index.uses import uses

ROOT = Path("/project")
TABLE = KindTable(
    instances={"lib.Model": "model"},
    methods={"class model.load": lambda receiver, arguments: receiver._replace(word="instance")},
)
HEAD = """
from __future__ import annotations
from typing import Optional, Self, TypeVar, cast
from lib import Model

class User(Model):
    name: str
    friends: list[User] = []
    boss: User | None = None

    def itself(self) -> Self: ...

class Post(Model):
    author: User

T = TypeVar("T", bound=Model)

def some() -> list[User]: ...
def anything(): return unheard_of
"""


def asked(node):
    return node.value if isinstance(node, ast.Attribute) and node.attr == "dict" else None


def words(text):
    """The word of every receiver of `.dict` in a text, in the order of the lines."""
    text = HEAD + text
    project = Project(ROOT, ["app.py"], outside={"lib"}, texts={"app.py": Source(ROOT / "app.py", text)})
    evaluator = Evaluator(project, TABLE)
    found = sorted(
        uses(ast.parse(text), project.outline("app.py"), asked, kinds=(ast.Attribute,)), key=lambda use: use.node.lineno
    )
    return [evaluator.value("app.py", use.scope, use.value).word for use in found]


MODELS = {
    "a parameter": "def f(u: User): u.dict()",
    "optional": "def f(u: Optional[User] = None): u.dict()",
    "a later assignment": "def f(u):\n    u = User.load(u)\n    u.dict()",
    "before it is replaced": "def f(u: User):\n    u = u.dict()\n    return u",
    "an annotated name": "def f():\n    u: User = anything()\n    u.dict()",
    "both branches": "def f(x):\n    if x:\n        u = User()\n    else:\n        u = User.load(x)\n    u.dict()",
    "two classes": "def f(x):\n    u = User() if x else Post()\n    u.dict()",
    "a branch that leaves": "def f(u: User):\n    if not u:\n        u = anything()\n        return\n    u.dict()",
    "a loop": "def f():\n    for u in some(): u.dict()",
    "enumerate": "def f():\n    for i, u in enumerate(some()): u.dict()",
    "zip": "def f(xs):\n    for x, u in zip(xs, some()): u.dict()",
    "values": "def f(us: dict[str, User]):\n    for u in us.values(): u.dict()",
    "items": "def f(us: dict[str, User]):\n    for k, u in us.items(): u.dict()",
    "a comprehension": "def f():\n    return [u.dict() for u in some() if u]",
    "a comprehension of one": "def f():\n    us = [u for u in some()]\n    us[0].dict()",
    "nested comprehensions": "def f():\n    return {k: v.dict() for u in some() for k, v in {1: u}.items()}",
    "a name like a target": "def f(u):\n    us = [u for u in some()]\n    return [x.dict() for x in us]",
    "isinstance": "def f(x):\n    if isinstance(x, User): x.dict()",
    "isinstance of several": "def f(x):\n    if isinstance(x, (User, Post)): x.dict()",
    "isinstance and": "def f(x):\n    return isinstance(x, User) and x.dict()",
    "isinstance of an attribute": "def f(x):\n    if isinstance(x.y, User): x.y.dict()",
    "not isinstance": "def f(x):\n    if not isinstance(x, User):\n        raise TypeError\n    x.dict()",
    "what is left of a union": "def f(x: User | dict):\n    return x if isinstance(x, dict) else x.dict()",
    "two left of a union": "def f(x: User | Post | str | list[int] | None):\n    if isinstance(x, (str, list)):\n"
    "        return\n    x.dict()",
    "assert": "def f(x):\n    assert isinstance(x, User)\n    x.dict()",
    "a ternary": "def f(x):\n    return x.dict() if isinstance(x, User) else x",
    "match": "def f(x):\n    match x:\n        case User(): x.dict()",
    "match as": "def f(x):\n    match x:\n        case User() as u: u.dict()",
    "walrus": "def f():\n    if (u := User()): u.dict()",
    "with": "def f():\n    with open('x') as g:\n        u = User()\n    u.dict()",
    "try": "def f(x):\n    try:\n        u = User()\n    except ValueError:\n        return\n    u.dict()",
    "a bound type variable": "def f(x: T): x.dict()",
    "a class of a type variable": "def f(x: type[T]): x.load(1).dict()",
    "Self": "def f(): User().itself().dict()",
    "a field": "def f(p: Post): p.author.dict()",
    "an optional field": "def f(u: User): u.boss.dict()",
    "a field in a loop": "def f(u: User):\n    for v in u.friends: v.dict()",
    "sorted": "def f():\n    for u in sorted(some(), key=len): u.dict()",
    "a slice": "def f():\n    for u in some()[:3]: u.dict()",
    "the last": "def f(): some()[-1].dict()",
    "next": "def f(): next(u for u in some()).dict()",
    "cast": "def f(x): cast(User, x).dict()",
    "cast by name": "def f(x): cast('User', x).dict()",
    "type(x)": "def f(u: User): type(u).load(1).dict()",
    "__class__": "def f(u: User): u.__class__.load(1).dict()",
    "super": "class A(User):\n    def dict(self): return super().dict()",
    "a loop that rebinds": "def f(u: User):\n    while u:\n        u.dict()\n        u = u.boss",
    "unpacking": "def f():\n    u, n = User(), 1\n    u.dict()",
    "unpacking a list": "from random import sample\ndef f():\n    u, v = sample(some(), 2)\n    u.dict()",
    "gather": "async def one() -> User: ...\nasync def f():\n    a, b = await gather(one(), one())\n    a.dict()\n"
    "from asyncio import gather",
    "the module": "u = User()\nu.dict()",
    "after a loop that leaves": "def f(xs):\n    u = User()\n    for x in xs:\n        if x:\n"
    "            u = anything()\n            return u\n    u.dict()",
    "a loop that only ends by break": "def f(u):\n    while True:\n        u = User()\n        if u:\n"
    "            break\n    u.dict()",
    "a walrus in a loop": "def f():\n    while u := User():\n        u.dict()\n        u = anything()",
    "finally": "def f():\n    try:\n        u = User()\n    finally:\n        close()\n    u.dict()",
    "a timeout": "def f():\n    u = anything()\n    with timeout(1):\n        u = User()\n    u.dict()",
    "an import": "def f():\n    from lib import Model as M\n    class A(M): ...\n    A().dict()",
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model(name):
    assert words(MODELS[name]) == ["model"]


OTHERS = {
    "nothing said": "def f(u): u.dict()",
    "replaced": "def f(u: User):\n    u = u.name\n    u.dict()",
    "one branch": "def f(x):\n    u = User()\n    if x:\n        u = anything()\n    u.dict()",
    "a loop that changes it": "def f(xs):\n    u = User()\n    for x in xs:\n        u.dict()\n        u = anything()",
    "after isinstance": "def f(x):\n    if isinstance(x, User):\n        pass\n    x.dict()",
    "the other branch": "def f(x):\n    if isinstance(x, User):\n        pass\n    else:\n        x.dict()",
    "or": "def f(x):\n    return isinstance(x, User) or x.dict()",
    "narrowed, then replaced": "def f(x):\n    if isinstance(x, User):\n        x = anything()\n        x.dict()",
    "an attribute, then replaced": "def f(x):\n    if isinstance(x.y, User):\n        x.y = 1\n        x.y.dict()",
    "a lambda": "def f(u: User):\n    return map(lambda u: u.dict(), [1])",
    "a comprehension's own name": "def f(u: User, rows):\n    return [u.dict() for u in rows]",
    "a handler": "def f():\n    u = User()\n    try:\n        u = anything()\n        u = User()\n"
    "    except ValueError:\n        u.dict()",
    "a long handler": "def f():\n    u = User()\n    try:\n" + "        work()\n" * 9 + "        u = anything()\n"
    "        u = User()\n    except ValueError:\n        u.dict()",
    "a handler of a branch": "def f(x):\n    u = User()\n    try:\n        if x:\n            u = anything()\n"
    "            u = User()\n    except ValueError:\n        u.dict()",
    "in finally": "def f():\n    u = User()\n    try:\n        u = anything()\n        u = User()\n"
    "    finally:\n        u.dict()",
    "suppressed": "def f():\n    u = anything()\n    with suppress(ValueError):\n        u = User()\n    u.dict()",
    "suppressed before it leaves": "def f(x):\n    u = anything()\n    with suppress(ValueError):\n        u = int(x)\n"
    "        return User()\n    u.dict()",
    "break": "def f(xs):\n    u = User()\n    for x in xs:\n        if x:\n            u = anything()\n"
    "            break\n    u.dict()",
    "continue": "def f(xs):\n    u = User()\n    for x in xs:\n        u.dict()\n        if x:\n"
    "            u = anything()\n            continue",
    "continue, after the loop": "def f(xs):\n    u = User()\n    for x in xs:\n        if x:\n"
    "            u = anything()\n            continue\n    u.dict()",
    "break past else": "def f(xs):\n    u = anything()\n    for x in xs:\n        if x:\n            break\n"
    "    else:\n        u = User()\n    u.dict()",
    "names that move in a loop": "def f(xs):\n    u = v = w = User()\n    for x in xs:\n        u.dict()\n"
    "        u = v\n        v = w\n        w = anything()",
    "a walrus of what a loop changes": "def f():\n    v = User()\n    while u := v:\n        u.dict()\n"
    "        v = anything()",
    "nonlocal": "def f():\n    u = User()\n    def g():\n        nonlocal u\n        u = anything()\n    g()\n"
    "    u.dict()",
    "nonlocal, from within": "def f():\n    u = anything()\n    def g():\n        nonlocal u\n        u.dict()\n"
    "        u = User()",
    "global, from the module": "u = User()\ndef g():\n    global u\n    u = anything()\ng()\nu.dict()",
    "a list": "def f(): some().dict()",
    "global": "u = User()\ndef f():\n    global u\n    u = anything()\n    g()\ndef g(): u.dict()",
    "match of another": "def f(x):\n    match x:\n        case int(): x.dict()",
    "a union": "def f(x: User | dict): x.dict()",
    "too much left of a union": "def f(x: User | dict | str):\n    if not isinstance(x, str): x.dict()",
    "an augmented name": "def f(u: User):\n    u += 1\n    u.dict()",
    "an unbound type variable": "V = TypeVar('V')\ndef f(x: V): x.dict()",
}


@pytest.mark.parametrize("name", OTHERS)
def test_no_model(name):
    assert "model" not in words(OTHERS[name])
