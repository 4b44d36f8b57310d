"""The evaluator: what a name is, across files, and that it stays silent where it cannot know."""

from pathlib import Path

import libcst as cst
import pytest

from stackcheck.files.source import Source
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.expr import parse_expr
from stackcheck.index.kinds import Arguments, Kind, KindTable
from stackcheck.index.project import Project
from stackcheck.index.tree_expr import expr_of_node

ROOT = Path("/project")


def made(receiver: Kind, arguments: Arguments) -> Kind:
    cls = arguments(0, "class_")
    args = (Kind("instance", cls.symbol, cls.file),) if cls.word == "class" else (Kind("session", "lib.Session"),)
    return Kind("instance", "lib.Factory", args=args)


TABLE = KindTable(
    instances={"lib.Session": "session", "lib.Model": "model", "lib.Factory": "factory", "lib.Base": "orm"},
    aliases={"lib.session.Session": "lib.Session"},
    calls={"lib.make_factory": made, "lib.make_base": Kind("class", "lib.Base")},
    methods={
        "factory.__call__": lambda receiver, arguments: receiver.args[0],
        "factory.begin": lambda receiver, arguments: Kind("context", args=receiver.args),
        "factory.__iter__": lambda receiver, arguments: receiver.args[0],
        "session.__enter__": lambda receiver, arguments: receiver,
    },
    decorators={"lib.as_base": "lib.Base"},
    providers={"web.Depends": 0},
)


def kind(files, expr, *, file="app/main.py", scope="", roots=(".", "src")):
    """The kind of an expression; a lone text is the file that it stands in."""
    texts = {file: files} if isinstance(files, str) else files
    sources = {name: Source(ROOT / name, text) for name, text in texts.items()}
    project = Project(ROOT, texts, roots=roots, outside={"lib", "web"}, texts=sources)
    return Evaluator(project, TABLE).value(file, scope, parse_expr(expr))


WAYS = {
    "absolute": "from app.models import User",
    "aliased": "from app.models import User as Someone",
    "module": "import app.models",
    "aliased module": "import app.models as m",
    "package": "from app import models",
    "relative": "from .models import User",
    "relative package": "from . import models",
    "star": "from app.models import *",
    "try": "try:\n    from app.models import User\nexcept ImportError:\n    User = None",
    "type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.models import User",
}
SPELLED = {
    "aliased": "Someone",
    "module": "app.models.User",
    "aliased module": "m.User",
    "package": "models.User",
    "relative package": "models.User",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_class_is_found_through_every_form_of_import(way):
    files = {
        "app/__init__.py": "",
        "app/models.py": "from lib import Model\n\n\nclass User(Model): ...\n",
        "app/main.py": WAYS[way] + "\n",
    }

    assert kind(files, f"{SPELLED.get(way, 'User')}()") == Kind("model", "User", "app/models.py")


def test_an_import_inside_a_function_holds_there_only():
    text = "def f():\n    from lib import Session\n    return Session()\n"

    assert kind(text, "Session()", scope="f").word == "session"
    assert kind(text, "Session()").word == "unknown"


def test_a_class_is_found_through_packages_that_hand_it_on():
    files = {
        "app/__init__.py": "from .models import User\n",
        "app/models/__init__.py": "from .user import *\n",
        "app/models/user.py": "from lib import Model\n\n__all__ = ['User']\n\n\nclass User(Model): ...\n",
        "app/main.py": "from app import User\n",
    }

    assert kind(files, "User()").word == "model"


def test_a_star_gives_no_private_names_and_keeps_to_all():
    files = {
        "a.py": "from lib import Session\n_s = Session()\ns = Session()\n",
        "b.py": "from lib import Session\n__all__ = ['x']\nx = Session()\ny = Session()\n",
        "app/main.py": "from a import *\nfrom b import *\n",
    }

    assert [kind(files, name).word for name in ("s", "_s", "x", "y")] == ["session", "unknown", "session", "unknown"]


LAYOUTS = {
    "at the root": ("app/db.py", "from app.db import s", (".", "src")),
    "src": ("src/app/db.py", "from app.db import s", (".", "src")),
    "src as a package": ("src/app/db.py", "from src.app.db import s", (".", "src")),
    "declared root": ("backend/lib_code/app/db.py", "from app.db import s", ("backend/lib_code",)),
    "unique suffix": ("services/one/app/db.py", "from app.db import s", (".", "src")),
    "stub": ("app/db.pyi", "from app.db import s", (".", "src")),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_module_is_found_in_every_layout(name):
    path, line, roots = LAYOUTS[name]
    files = {path: "from lib import Session\ns = Session()\n", "tools/main.py": f"{line}\n"}

    assert kind(files, "s", file="tools/main.py", roots=roots).word == "session"


def test_of_two_files_that_fit_neither_is_taken():
    db = "from lib import Session\ns = Session()\n"
    files = {"one/app/db.py": db, "two/app/db.py": db, "tools/main.py": "from app.db import s\n"}

    assert kind(files, "s", file="tools/main.py").word == "unknown"


def test_of_two_files_that_fit_the_one_below_the_same_folder_is_taken():
    files = {
        "one/app/db.py": "from lib import Session\ns = Session()\n",
        "two/app/db.py": "s = object()\n",
        "one/app/main.py": "from app.db import s\n",
    }

    assert kind(files, "s", file="one/app/main.py").word == "session"


def test_a_file_named_like_an_installed_package_is_not_that_package():
    files = {"vendor/lib.py": "class Session: ...\n", "app/main.py": "from lib import Session\n"}

    assert kind(files, "Session()").word == "session"


def test_a_script_finds_its_neighbour():
    files = {"blog/main.py": "import models\n", "blog/models.py": "from lib import Session\ns = Session()\n"}

    assert kind(files, "models.s", file="blog/main.py").word == "session"


VALUES = {
    "constructor": "s = Session()",
    "documented alias": "from lib.session import Session as Other\ns = Other()",
    "factory": "s = make_factory()()",
    "factory of a class": "class Own(Session): ...\ns = make_factory(class_=Own)()",
    "factory in a context": "with make_factory().begin() as s: ...",
    "context": "with Session() as s: ...",
    "function": "def f():\n    return Session()\ns = f()",
    "annotated function": "def f() -> Session: ...\ns = f()",
    "cached function": "from functools import lru_cache\n@lru_cache\ndef f():\n    return Session()\ns = f()",
    "awaited": "async def f():\n    return Session()\nasync def g():\n    global s\n    s = await f()",
    "next of a generator": "def f():\n    yield Session()\ns = next(f())",
    "context manager": "import contextlib as c\n@c.contextmanager\ndef f():\n    yield Session()\nwith f() as s: ...",
    "loop": "for s in [Session()]: ...",
    "unpacking": "s, other = Session(), 1",
    "either": "s = None or Session()",
    "none first": "s = None\ns = Session()",
    "annotation": "s: Session = anything()",
    "attribute": "class Repo:\n    def __init__(self, db: Session):\n        self.db = db\ns = Repo(1).db",
    "property": "class Repo:\n    @property\n    def db(self) -> Session: ...\ns = Repo().db",
    "method": "class Repo:\n    def db(self):\n        return Session()\ns = Repo().db()",
    "inherited attribute": "class A:\n    db = Session()\nclass B(A): ...\ns = B().db",
    "item of a list": "x: list[Session] = []\ns = x[0]",
    "item of a dict": "x: dict[str, Session] = {}\ns = x['a']",
    "subclass": "class Own(Session): ...\ns = Own()",
}


@pytest.mark.parametrize("way", VALUES)
def test_a_session_is_known_however_it_is_come_by(way):
    text = f"from lib import Session, make_factory\n{VALUES[way]}\n"

    assert kind(text, "s").word == "session"


ANNOTATIONS = {
    "plain": "Session",
    "string": "'Session'",
    "optional": "Optional[Session]",
    "union": "Session | None",
    "Union": "Union[Session, None]",
    "annotated": "Annotated[Session, 'x']",
    "annotated provider": "Annotated[Any, Depends(get)]",
    "alias": "Alias",
    "alias of an alias": "Second",
    "module": "lib.Session",
}


@pytest.mark.parametrize("way", ANNOTATIONS)
def test_a_parameter_is_what_its_annotation_says(way):
    text = (
        "import lib\nfrom typing import Annotated, Any, Optional, Union\n\n"
        "from lib import Session\nfrom web import Depends\n\n\n"
        "def get():\n    yield Session()\n\n\nAlias = Annotated[Session, Depends(get)]\nSecond = Alias\n\n\n"
        f"def f(s: {ANNOTATIONS[way]}): ...\n"
    )

    assert kind(text, "s", scope="f").word == "session"


def test_calling_a_callable_gives_what_its_annotation_says():
    text = "from typing import Callable\nfrom lib import Session\ndef f(make: Callable[[], Session]): ..."

    assert kind(text, "make()", scope="f").word == "session"
    assert kind(text, "make", scope="f").word == "callable"


def test_a_table_may_ask_which_keywords_are_given():
    table = KindTable(calls={"lib.make": lambda called, arguments: Kind("/".join(sorted(arguments.names)))})
    source = Source(ROOT / "a.py", "from lib import make")
    project = Project(ROOT, ["a.py"], outside={"lib"}, texts={"a.py": source})

    assert Evaluator(project, table).value("a.py", "", parse_expr("make(b=x.y, a=1)")).word == "a/b"


def test_a_parameter_is_what_its_provider_gives():
    imports = "from lib import Session\nfrom web import Depends\n"
    text = f"{imports}def get():\n    yield Session()\ndef f(s=Depends(get)): ...\n"

    assert kind(text, "s", scope="f").word == "session"


def test_self_and_cls_are_the_class_around():
    text = "from lib import Model\nclass A(Model):\n    def f(self): ...\n    @classmethod\n    def g(cls): ...\n"

    assert kind(text, "self", scope="A.f").word == "model"
    assert kind(text, "cls", scope="A.g") == Kind("class", "A", "app/main.py")


def test_the_first_parameter_of_a_static_method_is_like_any_other():
    text = "from lib import Session\nclass A:\n    @staticmethod\n    def f(s: Session): ...\n"

    assert kind(text, "s", scope="A.f").word == "session"


def test_a_class_gets_the_word_of_a_base_that_a_call_or_a_decorator_makes():
    text = "import lib\nBase = lib.make_base()\nclass A(Base): ...\n@lib.as_base()\nclass B: ...\n"

    assert [kind(text, name).word for name in ("A()", "B()")] == ["orm", "orm"]


SILENT = {
    "two meanings": "s = Session()\ns = object()",
    "unknown function": "s = somewhere(Session())",
    "shadowed": "def Session(): ...\ns = Session()",
    "deleted": "s = Session()\ndel s",
    "star of the unknown": "from nowhere import *\ns = Nobody()",
    "loop of itself": "s = s",
    "two functions in a circle": "def a():\n    return b()\ndef b():\n    return a()\ns = a()",
    "class of itself": "class A(A): ...\ns = A().x",
}


@pytest.mark.parametrize("way", SILENT)
def test_what_cannot_be_followed_is_unknown(way):
    text = f"from lib import Session\n{SILENT[way]}\n"

    assert kind(text, "s").word in {"unknown", "bottom"}


def test_what_comes_through_an_unknown_decorator_is_only_probable():
    text = "import x\nfrom lib import Session\n@x.wrapped\ndef f():\n    return Session\ns = f()()\n"

    assert kind(text, "s") == Kind("session", "lib.Session", certain=False)


@pytest.mark.parametrize(
    "way",
    ["list(it)[0]", "next(iter(it))", "sorted(it)[0]", "max(it)", "[x for x in it][0]", "list(enumerate(it))[0][1]"],
)
def test_builtins_loop_over_what_a_family_says_can_be_looped_over(way):
    assert kind("from lib import make_factory\nit = make_factory()\n", way).word == "session"


def test_modules_that_import_each_other_come_to_an_end():
    files = {
        "a.py": "from b import x\n",
        "b.py": "from a import x\n",
        "app/main.py": "from a import *\nfrom b import *\n",
    }

    assert kind(files, "x").word in {"unknown", "bottom"}


def test_the_answer_does_not_depend_on_what_was_asked_before():
    text = "from lib import Session\ndef a(n):\n    return b(n) if n else Session()\ndef b(n):\n    return a(n)\n"
    sources = {"m.py": Source(ROOT / "m.py", text)}

    def answers(order):
        evaluator = Evaluator(Project(ROOT, sources, outside={"lib"}, texts=sources), TABLE)
        return {name: evaluator.value("m.py", "", parse_expr(f"{name}(1)")).word for name in order}

    assert answers("ab") == answers("ba") == {"a": "session", "b": "session"}


@pytest.mark.parametrize(
    "text",
    ['f"sqlite:///{path}"', '"sqlite:///" + path', '"sqlite:///" + path + ".db"', '"sqlite:///%s.db" % path'],
)
def test_a_text_that_is_put_together_is_known_by_its_beginning(text):
    assert parse_expr(text) == expr_of_node(cst.parse_expression(text)) == ("begins", "sqlite:///")


@pytest.mark.parametrize("text", ["count + 1", "1 + count", 'f"{path}.db"', 'path + ".db"', "10 % 3"])
def test_what_begins_with_no_text_is_not(text):
    assert parse_expr(text) == expr_of_node(cst.parse_expression(text)) == ("other",)


def test_attributes_that_methods_assign_to_each_other_are_found_at_once():
    names = [f"a{number}" for number in range(14)]
    methods = [
        f"    def set_{one}(self):\n" + "".join(f"        self.{one} = self.{other}\n" for other in names)
        for one in names
    ]
    text = "class Service:\n" + "\n".join(methods)

    assert not kind(text, "Service().a0").known
