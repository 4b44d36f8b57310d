"""STK147 and STK146 on real Pydantic: that a URL has nothing of a string, and what libraries say to it."""

import warnings
from importlib import import_module
from urllib.parse import urlparse

import httpx
import pydantic
import pytest
from pydantic import HttpUrl, PostgresDsn, TypeAdapter
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from stackcheck.registry import load_rules
from stackcheck.testing import examples

RULES = {rule.code: rule for rule in load_rules() if rule.code in {"STK146", "STK147"}}
ANALYSES = RULES["STK147"].module.replace("pydantic.url_as_string", "analyses")
URLS = import_module(f"{ANALYSES}._pydantic_kinds").URLS
FIELDS = import_module(f"{ANALYSES}.url_fields")
SITE = TypeAdapter(HttpUrl).validate_python("https://example.com")
DATABASE = TypeAdapter(PostgresDsn).validate_python("postgresql://app:secret@localhost:5432/shop")


def run(text):
    namespace = {"__name__": "proof"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "proof.py", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("name", URLS)
def test_no_url_type_has_a_method_of_strings(name):
    assert [method for method in FIELDS.STRING_METHODS if hasattr(getattr(pydantic, name), method)] == []


def test_a_url_is_no_string():
    with pytest.raises(TypeError):
        SITE + "/users"
    with pytest.raises(TypeError):
        "example" in SITE  # noqa: B015
    with pytest.raises(TypeError):
        SITE[:5]
    assert SITE != "https://example.com/"
    assert str(SITE) == "https://example.com/"


def test_a_dsn_asks_for_one_of_its_hosts():
    for part in ("user", "username", "password", "host", "port"):
        assert not hasattr(DATABASE, part)
    assert DATABASE.hosts()[0] == {"username": "app", "password": "secret", "host": "localhost", "port": 5432}
    assert SITE.username is None
    assert not hasattr(SITE, "user")


@pytest.mark.parametrize(
    ("read", "error"), [(make_url, ArgumentError), (urlparse, AttributeError), (httpx.Client().get, TypeError)]
)
def test_libraries_refuse_it(read, error):
    with pytest.raises(error):
        read(DATABASE)


def test_sqlalchemy_reads_its_text():
    assert make_url(str(DATABASE)).host == "localhost"


def test_what_is_built_is_what_version_1_built():
    before, after = (run(texts["example.py"]) for texts in examples(RULES["STK146"].page)[:2])

    with pytest.raises(TypeError):
        before["database_url"]("app", "secret", "shop")
    assert after["database_url"]("app", "secret", "shop") == "postgresql://app:secret@db/shop"
