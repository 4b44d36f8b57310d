"""The reader of requirements files: every requirement found, each at its place."""

from stackcheck.finding import Span
from stackcheck.formats.requirements import parse_requirements

TEXT = """\
# a comment
-r base.txt
sqlalchemy
  SQLAlchemy[asyncio, mypy] >=2.0,<3 ; python_version > "3.8"  # pinned\r
asyncpg==0.30 \\
    --hash=sha256:abc
./local/package
https://example.org/x.whl
git+https://example.org/y.git
"""


def test_every_requirement_is_found():
    found = parse_requirements(TEXT).lines

    assert [(one.name, one.extras, one.said) for one in found] == [
        ("sqlalchemy", (), ""),
        ("SQLAlchemy", ("asyncio", "mypy"), ">=2.0,<3"),
        ("asyncpg", (), "==0.30"),
    ]


def test_each_is_found_at_its_place():
    for one in parse_requirements(TEXT).lines:
        assert TEXT.startswith(one.name, one.start)
    assert parse_requirements(TEXT).lines[1].span == Span(4, 3, 4, 37)
