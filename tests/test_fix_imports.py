"""Imports settled after fixes: what is added, what goes, what stays, and ruff has nothing to add."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from stackcheck.finding import ImportRequest
from stackcheck.fix.imports import settle_imports


def request_of(item: str) -> ImportRequest:
    return ImportRequest(*reversed(item.split("<"))) if "<" in item else ImportRequest(item)


def settle(
    before: str, after: str, *wanted: str, line_length: int = 88, reexported: frozenset[str] = frozenset()
) -> str | None:
    return settle_all(before, after, map(request_of, wanted), line_length=line_length, reexported=reexported)


def settle_all(
    before: str,
    after: str,
    wanted: Iterable[ImportRequest],
    *,
    line_length: int = 88,
    reexported: frozenset[str] = frozenset(),
) -> str | None:
    return settle_imports(
        before,
        after,
        wanted,
        line_length=line_length,
        is_first_party=lambda module: module.partition(".")[0] == "app",
        is_reexported=lambda name: name in reexported,
    )


def added(text: str, *wanted: str, line_length: int = 88) -> str | None:
    """The text with imports of names that it uses already; `name<module` is `from module import name`."""
    return settle(text, text, *wanted, line_length=line_length)


def dropped(text: str, *, reexported: frozenset[str] = frozenset()) -> str | None:
    """The text after a fix that took its last line away."""
    return settle(text, text[: text.rstrip().rindex("\n") + 1] + "done = 1\n", reexported=reexported)


ADDED = {
    "a_member_joins_its_statement": (
        "from m import a, c\n\nx = a, b, c\n",
        ["b<m"],
        "from m import a, b, c\n\nx = a, b, c\n",
    ),
    "members_are_ordered_by_type": (
        "from m import A_1, Base, x2\n\nx = A_1, Base, x2, x10, ZZ, _a, T\n",
        ["x10<m", "ZZ<m", "_a<m", "T<m"],
        "from m import A_1, ZZ, Base, T, _a, x2, x10\n\nx = A_1, Base, x2, x10, ZZ, _a, T\n",
    ),
    "members_sorted_without_regard_to_case_stay_so": (
        "from m import a, Base, c\n\nx = a, Base, c, d, AB\n",
        ["AB<m", "d<m"],
        "from m import a, AB, Base, c, d\n\nx = a, Base, c, d, AB\n",
    ),
    "an_unsorted_statement_is_extended_at_its_end": (
        "from m import c, a\n\nx = a, b, c\n",
        ["b<m"],
        "from m import c, a, b\n\nx = a, b, c\n",
    ),
    "a_long_statement_is_written_one_name_a_line": (
        "from sqlalchemy import Column, Integer\n\nx = select\n",
        ["select<sqlalchemy"],
        "from sqlalchemy import (\n    Column,\n    Integer,\n    select,\n)\n\nx = select\n",
    ),
    "a_magic_trailing_comma_keeps_a_statement_exploded": (
        "from m import (a, c,)\n\nx = a, b, c\n",
        ["b<m"],
        "from m import (\n    a,\n    b,\n    c,\n)\n\nx = a, b, c\n",
    ),
    "an_exploded_statement_gets_a_line_and_keeps_its_comments": (
        "from m import (\n    # of c\n    C,\n    a,  # of a\n    d  # last\n)\n\nx = a, b, e, B\n",
        ["b<m", "e<m", "B<m"],
        "from m import (\n    B,\n    # of c\n    C,\n    a,  # of a\n    b,\n    d,  # last\n    e,\n)\n\n"
        "x = a, b, e, B\n",
    ),
    "a_trailing_comment_stays_on_the_line": (
        "from m import a  # noqa: F401\n\nx = b\n",
        ["b<m"],
        "from m import a, b  # noqa: F401\n\nx = b\n",
    ),
    "a_trailing_comment_goes_with_the_first_line_of_an_exploded_statement": (
        "from sqlalchemy import Column, Integer  # noqa: F401\n\nx = select\n",
        ["select<sqlalchemy"],
        "from sqlalchemy import (  # noqa: F401\n    Column,\n    Integer,\n    select,\n)\n\nx = select\n",
    ),
    "aliases_have_their_own_statement": (
        "from m import b as c\n\nx = a, c, z\n",
        ["a<m", "z<m"],
        "from m import a, z\nfrom m import b as c\n\nx = a, c, z\n",
    ),
    "a_statement_stays_in_order_with_the_aliases_of_its_module": (
        "from m import b as c\nfrom m import d\n\nx = a, c, d\n",
        ["a<m"],
        "from m import a, d\nfrom m import b as c\n\nx = a, c, d\n",
    ),
    "aliases_beside_names_are_kept": (
        "from m import a as z, c\n\nx = a, b, c\n",
        ["b<m"],
        "from m import a as z, b, c\n\nx = a, b, c\n",
    ),
    "a_plain_import_stands_before_from_imports": (
        "import os\nfrom abc import ABC\n\nx = os, ABC, sys.path\n",
        ["sys"],
        "import os\nimport sys\nfrom abc import ABC\n\nx = os, ABC, sys.path\n",
    ),
    "a_submodule_joins_its_package": (
        "import os\n\nx = os.path.sep\n",
        ["os.path"],
        "import os\nimport os.path\n\nx = os.path.sep\n",
    ),
    "statements_mixed_by_name_stay_so": (
        "from abc import ABC\nimport os\n\nx = os, ABC, date, sys\n",
        ["date<datetime", "sys"],
        "from abc import ABC\nfrom datetime import date\nimport os\nimport sys\n\nx = os, ABC, date, sys\n",
    ),
    "unsorted_sections_get_it_after_their_last_import": (
        "import os\nimport fastapi\nimport abc\nimport sqlalchemy\n\nx = date\n",
        ["date<datetime"],
        "import os\nimport fastapi\nimport abc\nfrom datetime import date\nimport sqlalchemy\n\nx = date\n",
    ),
    "a_missing_section_in_between": (
        "import os\n\nfrom app import db\n\nx = os, db, select\n",
        ["select<sqlalchemy"],
        "import os\n\nfrom sqlalchemy import select\n\nfrom app import db\n\nx = os, db, select\n",
    ),
    "a_missing_section_above": (
        '"""Doc."""\n\n# of db\nfrom app import db\n\nx = db, date\n',
        ["date<datetime"],
        '"""Doc."""\n\nfrom datetime import date\n\n# of db\nfrom app import db\n\nx = db, date\n',
    ),
    "a_missing_section_above_leaves_the_comment_on_top_of_the_file": (
        "# Licence\nfrom app import db\n\nx = db, date\n",
        ["date<datetime"],
        "# Licence\nfrom datetime import date\n\nfrom app import db\n\nx = db, date\n",
    ),
    "a_missing_section_below": (
        "import os\n\n\ndef f():\n    return os, x, y\n",
        ["x<app.m", "y<..m"],
        "import os\n\nfrom app.m import x\n\nfrom ..m import y\n\n\ndef f():\n    return os, x, y\n",
    ),
    "a_future_import_comes_first": (
        '"""Doc."""\n\nimport os\n\nx = os\n',
        ["annotations<__future__"],
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport os\n\nx = os\n',
    ),
    "a_future_import_comes_before_code": (
        '"""Doc."""\n\nx = 1\n\nimport os\n\ny = os\n',
        ["annotations<__future__"],
        '"""Doc."""\n\nfrom __future__ import annotations\n\nx = 1\n\nimport os\n\ny = os\n',
    ),
    "a_file_with_a_docstring_alone": (
        '"""Doc."""\nclass A(B): ...\n',
        ["B<m"],
        '"""Doc."""\n\nfrom m import B\n\n\nclass A(B): ...\n',
    ),
    "a_file_with_comments_on_top": (
        "#!/usr/bin/env python\n# Licence\n\n# of f\n@b\ndef f(): ...\n",
        ["b<m"],
        "#!/usr/bin/env python\n# Licence\n\nfrom m import b\n\n\n# of f\n@b\ndef f(): ...\n",
    ),
    "a_file_whose_first_comment_is_of_the_code": (
        "#!/usr/bin/env python\n# of x\nx = b\n",
        ["b<m"],
        "#!/usr/bin/env python\n\nfrom m import b\n\n# of x\nx = b\n",
    ),
    "a_file_of_one_line": ("x = b\n", ["b<m"], "from m import b\n\nx = b\n"),
    "an_import_below_the_first_use_is_too_late": (
        "x = b\n\nfrom m import a\n\ny = a\n",
        ["b<m"],
        "from m import b\n\nx = b\n\nfrom m import a\n\ny = a\n",
    ),
    "the_block_that_has_the_section": (
        "import os\n\nos.chdir('.')\n\nimport sqlalchemy\n\nx = sqlalchemy, BaseModel\n",
        ["BaseModel<pydantic"],
        "import os\n\nos.chdir('.')\n\nimport sqlalchemy\nfrom pydantic import BaseModel\n\n"
        "x = sqlalchemy, BaseModel\n",
    ),
    "a_file_that_ends_with_its_imports": (
        "x: 'a'\nimport os",
        ["a<m"],
        "from m import a\n\nx: 'a'\nimport os",
    ),
    "windows_lines": (
        "import os\r\n\r\nx = os, a\r\n",
        ["a<m"],
        "import os\r\n\r\nfrom m import a\r\n\r\nx = os, a\r\n",
    ),
    "form_feeds_and_umlauts": (
        'x = "ä"\n\f\nfrom m import ä, b\n\ny = b, c, ä\n',
        ["c<m"],
        'x = "ä"\n\f\nfrom m import b, c, ä\n\ny = b, c, ä\n'.replace("b, c, ä\n\n", "ä, b, c\n\n"),
    ),
    "a_type_checking_import_moves_to_run_time": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from m import a, b\n\nx = a\ny: b\n",
        ["a<m"],
        "from typing import TYPE_CHECKING\n\nfrom m import a\n\nif TYPE_CHECKING:\n    from m import b\n\n"
        "x = a\ny: b\n",
    ),
    "a_star_above_does_not_take_the_name_back": (
        "from a import *\n\nx = b\n",
        ["b<a"],
        "from a import *\n\nx = b\n",
    ),
    "shared_lines_are_not_edited": (
        "import os; from m import a\n\nx = os, a, b\n",
        ["b<m"],
        "import os; from m import a\nfrom m import b\n\nx = os, a, b\n",
    ),
}

PRESENT = {
    "imported_already": ("from m import a\n\nx = a\n", ["a<m"]),
    "imported_with_a_fallback": (
        "try:\n    from m import a\nexcept ImportError:\n    from n import a\n\nx = a\n",
        ["a<m"],
    ),
    "imported_in_the_function": ("def f():\n    from m import a\n    return a\n", ["a<m"]),
    "imported_by_a_deeper_module": ("import os.path\n\nx = os\n", ["os"]),
    "imported_relatively": ("from .db import Base\n\nx = Base\n", ["Base<app.db"]),
    "used_nowhere": ("x = 1\n", ["a<m"]),
    "future_imported_already": ("from __future__ import annotations\n", ["annotations<__future__"]),
}

CLASHES = {
    "another_import": ("from n import a\n\nx = a\n", ["a<m"]),
    "another_package": ("from n import os\n\nx = os\n", ["os"]),
    "an_assignment": ("a = 1\nx = a\n", ["a<m"]),
    "a_function": ("def a(): ...\n\n\nx = a\n", ["a<m"]),
    "a_global_in_a_function": ("def f():\n    global a\n    a = 1\n\n\nx = a\n", ["a<m"]),
    "two_wishes_for_one_name": ("x = a\n", ["a<m", "a<n"]),
    "a_missing_fallback": (
        "try:\n    from m import a\nexcept ImportError:\n    a = None\n\nx = a\n",
        ["a<m"],
    ),
    "a_project_module_kept_from_run_time": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.m import a\n\nx = a\n",
        ["a<app.m"],
    ),
    "a_star_that_gave_the_name": ("from n import *\n\nx = a\n", ["a<m"]),
}

DROPPED = {
    "a_member": ("from m import a, b, c\n\nx = a, c\ny = b\n", "from m import a, c\n\nx = a, c\ndone = 1\n"),
    "the_last_members": (
        "from m import a, b, c\n\nx = a\ny = b, c\n",
        "from m import a\n\nx = a\ndone = 1\n",
    ),
    "an_alias": ("from m import a, b as c\n\nx = a\ny = c\n", "from m import a\n\nx = a\ndone = 1\n"),
    "a_statement": ("import os\nimport sys\n\nx = os\ny = sys\n", "import os\n\nx = os\ndone = 1\n"),
    "a_plain_name": ("import os, sys\n\nx = os\ny = sys\n", "import os\n\nx = os\ndone = 1\n"),
    "a_section": (
        "import os\n\nfrom m import a\n\nfrom app import b\n\nx = os, b\ny = a\n",
        "import os\n\nfrom app import b\n\nx = os, b\ndone = 1\n",
    ),
    "all_imports": ("import os\n\ny = os\n", "done = 1\n"),
    "all_imports_below_a_docstring": (
        '"""Doc."""\n\nimport os\n\n\nclass A: ...\n\n\ny = os\n',
        '"""Doc."""\n\n\nclass A: ...\n\n\ndone = 1\n',
    ),
    "a_row_of_an_exploded_statement": (
        "from m import (\n    a,\n    # of c\n    c,  # kept\n    b,\n)\n\nx = a\ny = c, b\n",
        "from m import (\n    a,\n    # of c\n    c,  # kept\n)\n\nx = a\ndone = 1\n",
    ),
    "a_member_of_filled_lines": (
        "from m import (a, b,\n               c)\n\nx = a\ny = b, c\n",
        "from m import (a)\n\nx = a\ndone = 1\n",
    ),
    "a_member_after_a_backslash": (
        "from m import a, \\\n    b\n\nx = b\ny = a\n",
        "from m import b\n\nx = b\ndone = 1\n",
    ),
    "a_type_checking_block_and_its_condition": (
        "from typing import TYPE_CHECKING, Any\n\nif TYPE_CHECKING:\n    import os\n    from m import a\n\n"
        "x: Any\ny: 'os | a'\n",
        "from typing import Any\n\nx: Any\ndone = 1\n",
    ),
    "the_imports_of_a_type_checking_block_with_a_comment": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    # why\n    from m import a\n\nx = 1\ny: a\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    # why\n    pass\n\nx = 1\ndone = 1\n",
    ),
    "a_statement_below_a_comment": (
        "import os\n# of sys\nimport sys\n\nfrom m import a\n\nx = os, a\ny = sys\n",
        "import os\n\n# of sys\nfrom m import a\n\nx = os, a\ndone = 1\n",
    ),
    "the_last_statement_below_a_comment": (
        "import os\n# of sys\nimport sys\n\nx = os\ny = sys\n",
        "import os\n\n# of sys\n\nx = os\ndone = 1\n",
    ),
    "a_name_that_only_a_docstring_still_tells_of": (
        '"""Reads os."""\n\nimport os\n\nx = "reads os no more"\ny = os\n',
        '"""Reads os."""\n\nx = "reads os no more"\ndone = 1\n',
    ),
    "a_name_that_only_a_parameter_still_has": (
        "from m import a\n\n\ndef f(a):\n    return a, [a for a in a]\n\n\ny = a\n",
        "\n\ndef f(a):\n    return a, [a for a in a]\n\n\ndone = 1\n".lstrip(),
    ),
    "a_quoted_annotation": ("from m import a\n\nx = 1\ny: 'list[a]'\n", "x = 1\ndone = 1\n"),
    "windows_lines": (
        "import os\r\nimport sys\r\n\r\nx = os\r\ny = sys\r\n",
        "import os\r\n\r\nx = os\r\ndone = 1\n",
    ),
}

KEPT = {
    "used_elsewhere": "import os\n\nx = os\ny = os\n",
    "used_in_a_function": "import os\n\n\ndef f():\n    return os\n\n\ny = os\n",
    "used_in_a_class_that_binds_it_too": "import os\n\n\nclass A:\n    os = os\n\n\ny = os\n",
    "used_in_a_comprehension_around_its_name": "import os\n\nx = [os for os in os]\ny = os\n",
    "in_all": "import os\n\n__all__ = ['os']\ny = os\n",
    "in_a_quoted_annotation": "import os\n\nx: 'os.PathLike'\ny = os\n",
    "in_a_quoted_argument": "import os\n\nx = cast('os.PathLike', 1)\ny = os\n",
    "in_a_type_comment": "import os\n\nx = 1  # type: os.PathLike\ny = os\n",
    "under_noqa": "import os  # noqa\n\nx = 1\ny = os\n",
    "under_noqa_of_the_statement": "from m import (  # noqa: F401\n    a,\n    b,\n)\n\nx = b\ny = a\n",
    "exported_by_an_alias": "from m import a as a\n\nx = 1\ny = a\n",
    "in_try": "try:\n    import os\nexcept ImportError:\n    os = None\n\nx = 1\ny = os\n",
    "under_a_condition": "if x:\n    import os\n\nx = 1\ny = os\n",
    "under_type_checking_with_an_else": ("if TYPE_CHECKING:\n    import os\nelse:\n    os = 1\n\nx = 1\ny = os\n"),
    "bound_twice": "from m import a\n\n\ndef a(): ...\n\n\nx = 1\ny = a\n",
    "a_submodule_whose_root_is_used": "import os\nimport os.path\n\nx = os\ny = os.path\n",
    "a_future": "from __future__ import annotations\n\nx = 1\ny = annotations\n",
    "on_a_shared_line": "import os; import sys\n\nx = sys\ny = os\n",
    "unused_before": "import os\n\nx = 1\ny = 2\n",
}


# Names that only annotations need.
TYPED = {
    "a_new_block_below_the_imports": (
        "from sqlalchemy import Column\n\nfrom app.db import Base\n\n\nclass A(Base):\n    b: 'B' = Column()\n",
        ["B<app.b"],
        "from typing import TYPE_CHECKING\n\nfrom sqlalchemy import Column\n\nfrom app.db import Base\n\n"
        "if TYPE_CHECKING:\n    from app.b import B\n\n\nclass A(Base):\n    b: 'B' = Column()\n",
    ),
    "a_new_block_in_a_file_that_knows_the_condition": (
        "from typing import TYPE_CHECKING, Any\n\nx: 'B | Any'\ny = TYPE_CHECKING\n",
        ["B<.b"],
        "from typing import TYPE_CHECKING, Any\n\nif TYPE_CHECKING:\n    from .b import B\n\nx: 'B | Any'\n"
        "y = TYPE_CHECKING\n",
    ),
    "two_names_share_the_new_block": (
        "import os\nx: 'C | B | A' = os\n",
        ["B<app.b", "A<app.a", "C<app.b"],
        "import os\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.a import A\n"
        "    from app.b import B, C\n\nx: 'C | B | A' = os\n",
    ),
    "a_file_without_imports": (
        '"""Doc."""\n\nx: "B"\n',
        ["B<app.b"],
        '"""Doc."""\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.b import B\n\nx: "B"\n',
    ),
    "a_block_gets_a_statement_in_its_order": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import os\n\n    from app.a import A\n"
        "    from app.c import C\n\nx: 'A | B | C | os'\n",
        ["B<app.b"],
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import os\n\n    from app.a import A\n"
        "    from app.b import B\n    from app.c import C\n\nx: 'A | B | C | os'\n",
    ),
    "a_block_gets_a_section": (
        "import typing\n\nif typing.TYPE_CHECKING:\n\tfrom app.a import A\n\nx: 'A | Decimal'\n",
        ["Decimal<decimal"],
        "import typing\n\nif typing.TYPE_CHECKING:\n\tfrom decimal import Decimal\n\n\tfrom app.a import A\n\n"
        "x: 'A | Decimal'\n",
    ),
    "a_statement_in_a_block_gets_a_name": (
        "if TYPE_CHECKING:\n    from app.a import A, C\n\nx: 'A | B | C'\n",
        ["B<app.a"],
        "if TYPE_CHECKING:\n    from app.a import A, B, C\n\nx: 'A | B | C'\n",
    ),
    "a_long_statement_in_a_block_is_written_one_name_a_line": (
        "if TYPE_CHECKING:\n    from app.models import Account, Address\n\nx: 'Account | Address | Category'\n",
        ["Category<app.models"],
        "if TYPE_CHECKING:\n    from app.models import (\n        Account,\n        Address,\n        Category,\n"
        "    )\n\nx: 'Account | Address | Category'\n",
    ),
    "an_exploded_statement_in_a_block_gets_a_line": (
        "if TYPE_CHECKING:\n    from app.a import (\n        A,\n        C  # of c\n    )\n\nx: 'A | B | C | D'\n",
        ["B<app.a", "D<app.a"],
        "if TYPE_CHECKING:\n    from app.a import (\n        A,\n        B,\n        C,  # of c\n        D,\n"
        "    )\n\nx: 'A | B | C | D'\n",
    ),
    "windows_lines": (
        "import os\r\n\r\nx: 'B' = os\r\n",
        ["B<app.b"],
        "import os\r\nfrom typing import TYPE_CHECKING\r\n\r\nif TYPE_CHECKING:\r\n    from app.b import B\r\n"
        "\r\nx: 'B' = os\r\n",
    ),
    "imported_at_run_time_already": ("from app.b import B\n\nx: 'B'\n", ["B<app.b"], None),
    "imported_for_type_checkers_already": ("if TYPE_CHECKING:\n    from .b import B\n\nx: 'B'\n", ["B<app.b"], None),
    "used_nowhere": ("import os\n\nx = os\n", ["B<app.b"], None),
}


@pytest.mark.parametrize(("text", "wanted", "expected"), TYPED.values(), ids=TYPED)
def test_adds_what_only_annotations_need_for_type_checkers(text: str, wanted: list[str], expected: str | None) -> None:
    requests = [request_of(item)._replace(typing_only=True) for item in wanted]

    assert settle_all(text, text, requests, line_length=45) == (expected or text)


def test_a_name_that_is_wanted_at_run_time_too_is_imported_once() -> None:
    text = "import os\n\nx: 'b' = os, b\n"
    wanted = request_of("b<app.b")

    settled = settle_all(text, text, [wanted._replace(typing_only=True), wanted])

    assert settled == text.replace("import os\n", "import os\n\nfrom app.b import b\n")


def test_withholds_a_name_for_type_checkers_that_means_something_else() -> None:
    wanted = [request_of("B<app.b")._replace(typing_only=True)]

    for text in ("from m import B\n\nx: 'B'\n", "TYPE_CHECKING = 1\nx: 'B'\n", "class B: ...\n\n\nx: B\n"):
        assert settle_all(text, text, wanted) is None


@pytest.mark.parametrize(("text", "wanted", "expected"), ADDED.values(), ids=ADDED)
def test_adds_what_is_missing(text: str, wanted: list[str], expected: str) -> None:
    settled = added(text, *wanted, line_length=45)

    assert settled == expected


@pytest.mark.parametrize(("text", "wanted"), PRESENT.values(), ids=PRESENT)
def test_adds_nothing_that_is_there_or_unused(text: str, wanted: list[str]) -> None:
    assert added(text, *wanted) == text


@pytest.mark.parametrize(("text", "wanted"), CLASHES.values(), ids=CLASHES)
def test_withholds_a_name_that_means_something_else(text: str, wanted: list[str]) -> None:
    assert added(text, *wanted) is None


def test_withholds_a_name_that_the_function_of_the_new_code_shadows() -> None:
    before = "def f(select):\n    return select\n\n\ndef g():\n    return old()\n"

    inside = settle(before, before.replace("return select", "return select(select)"), "select<m")
    outside = settle(before, before.replace("old()", "select()"), "select<m")

    assert inside is None
    assert outside == "from m import select\n\n\n" + before.replace("old()", "select()")


def test_withholds_a_name_that_a_star_below_may_take_back() -> None:
    above = "from enum import *\n\n"

    assert settle(above, above + "x = Any\n", "Any<typing") == "from enum import *\nfrom typing import Any\n\nx = Any\n"
    assert settle(above, above + "x = Base\n", "Base<abc") is None


@pytest.mark.parametrize(("text", "expected"), DROPPED.values(), ids=DROPPED)
def test_drops_what_the_fix_left_unused(text: str, expected: str) -> None:
    assert dropped(text) == expected


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_keeps_what_may_still_be_used(text: str) -> None:
    head = text[: text.rstrip().rindex("\n") + 1]

    assert dropped(text) == head + "done = 1\n"


def test_keeps_what_another_file_imports_from_here() -> None:
    text = "from m import a\n\nx = 1\ny = a\n"

    assert dropped(text, reexported=frozenset({"a"})) == text.replace("y = a", "done = 1")
    assert dropped(text) == "x = 1\ndone = 1\n"


def test_one_statement_loses_and_gains_in_one_go() -> None:
    before = "from pydantic import BaseModel, validator\n\n\nclass A(BaseModel):\n    x = validator()\n"

    settled = settle(
        before, before.replace("validator()", "field_validator()"), "field_validator<pydantic", line_length=50
    )

    assert settled == before.replace("validator", "field_validator")


def test_a_last_member_is_replaced_in_place() -> None:
    before = "import os\nfrom typing import List\n\nx: List = os\n"

    settled = settle(before, before.replace(": List", ": Any"), "Any<typing")

    assert settled == before.replace("List", "Any")


def test_does_not_touch_a_text_it_cannot_read() -> None:
    assert settle("x = (", "x = 1\n") is None


def test_invalid_escapes_in_the_checked_file_are_no_warning() -> None:
    text = "import re\n\nx = re.compile('\\d'), '\"\\\\d\"'\n"

    assert settle(text, text) == text


# What the made-up modules below import: module, then names; an empty module is a plain import.
POOL = [
    ("__future__", ["annotations"]),
    ("", ["os"]),
    ("", ["sys"]),
    ("", ["datetime as dt"]),
    ("typing", ["TYPE_CHECKING", "Any", "List", "Optional", "cast"]),
    ("collections.abc", ["AsyncIterator", "Callable", "Mapping"]),
    ("", ["sqlalchemy as sa"]),
    (
        "sqlalchemy",
        [
            "JSON",
            "Column",
            "ForeignKey",
            "Integer",
            "MetaData",
            "delete as remove",
            "func",
            "select",
            "text as sql",
        ],
    ),
    ("sqlalchemy.orm", ["DeclarativeBase", "Mapped", "mapped_column", "relationship"]),
    ("pydantic", ["BaseModel", "Field", "validator", "field_validator", "v2", "v10", "_x"]),
    ("fastapi", ["APIRouter", "Depends"]),
    ("", ["app.settings"]),
    ("app.db", ["SESSION", "Base", "engine", "get_db"]),
    ("app.Models", ["User"]),
    ("..core", ["limits"]),
    (".", ["models"]),
    (".schemas", ["Item", "Item2", "Item10"]),
]
BODIES = [
    "\nvalues = [\n{}]\n",
    "\n\ndef values():\n    return [\n{}]\n",
    "\n\n# about values\n@print\nasync def values(x=[\n{}]): ...\n",
    "\n# about values\n\nvalues = [\n{}]\n",
]
HEADS = ["", '"""Doc."""\n\n', "#!/usr/bin/env python\n", "# Licence\n\n", '# Licence\n"""Doc."""\n']
RUFF = Path(sys.executable).with_name("ruff")


def bound(member: str) -> str:
    return member.rpartition(" as ")[2].partition(".")[0]


def statement(module: str, names: list[str], chance: random.Random) -> str:
    # A comment pins a statement to its place, aliases may want it elsewhere: a known gap.
    above = "" if module == "sqlalchemy" else chance.choice(["", "", "", "# above\n"])
    if not module:
        return f"{above}import {names[0]}\n"
    shape = chance.choice(["plain", "plain", "comma", "rows"])
    if shape == "plain" or module == "__future__":
        return f"{above}from {module} import {', '.join(names)}\n"
    comment = "  # of this row" if shape == "rows" else ""
    rows = "".join(f"    {name},{comment if bound(name) == 'engine' else ''}\n" for name in names)
    return f"{above}from {module} import (\n{rows})\n"


def made_up(chance: random.Random) -> tuple[str, str, list[str]]:
    """A module with its imports in any order, what its fixed body uses, and what that wants."""
    present: list[str] = []
    wanted: list[str] = []
    runtime, guarded = [], []
    for module, names in POOL:
        there = [name for name in names if chance.random() < 0.5]
        missing = [name for name in names if name not in there and " as " not in name]
        wanted += [f"{name}<{module}" if module else name for name in missing if chance.random() < 0.3]
        present += there
        if there and module.startswith("sqlalchemy.orm") and chance.random() < 0.5:
            guarded.append(statement(module, there, random.Random(0)).replace("# above\n", ""))
        elif there:
            runtime.append(statement(module, there, chance))
    chance.shuffle(runtime)
    if guarded:
        present.append("TYPE_CHECKING")
        runtime.append("from typing import TYPE_CHECKING\n")
        guarded.insert(0, "\nif TYPE_CHECKING:\n")
        guarded[1:] = ["    " + line + "\n" for line in "".join(guarded[1:]).splitlines()]
    names = [bound(name) for name in present if name != "annotations"]
    body = chance.choice(BODIES).format("".join(f"    {name},\n" for name in names))
    text = "".join([chance.choice(HEADS), *sorted(runtime, key=lambda line: "__future__" not in line), *guarded, body])
    stays = [name for name in dict.fromkeys(names) if name == "engine" or chance.random() < 0.6]
    return text, ",".join(stays), wanted


def run_ruff(folder: Path, rules: str, *options: str) -> str:
    command = [
        str(RUFF),
        "check",
        "--isolated",
        "--no-cache",
        "--select",
        rules,
        "--output-format",
        "concise",
    ]
    config = ["--config", 'lint.isort.known-first-party=["app"]', "--line-length", folder.name]
    done = subprocess.run([*command, *config, *options, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize("line_length", [40, 88, 120])
def test_ruff_finds_nothing_in_what_was_clean(tmp_path: Path, line_length: int) -> None:
    folder = tmp_path / str(line_length)
    folder.mkdir()
    cases = {f"case_{seed}.py": made_up(random.Random(seed * 1000 + line_length)) for seed in range(50)}
    for file, (text, _, _) in cases.items():
        (folder / file).write_text(text)
    run_ruff(folder, "I", "--fix")

    for file, (_, stays, wanted) in cases.items():
        before = (folder / file).read_text()
        tree = ast.parse(before)
        used = next(node for node in ast.walk(tree) if isinstance(node, ast.List))
        lines = before.splitlines(keepends=True)
        names = [*stays.split(","), *(item.partition("<")[0] for item in wanted if "__future__" not in item)]
        fresh = "".join(f"    {name},\n" for name in names if name)
        after = "".join(lines[: used.lineno]) + fresh + "".join(lines[(used.end_lineno or 0) - 1 :])
        settled = settle(before, after, *wanted, line_length=line_length)
        assert settled is not None, before
        assert settle(before, settled, *wanted, line_length=line_length) == settled
        assert settle(settled, settled, *wanted, line_length=line_length) == settled
        (folder / file).write_text(settled)

    assert run_ruff(folder, "I,F401,F811,F821") == "All checks passed!\n"
