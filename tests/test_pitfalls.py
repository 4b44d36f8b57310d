"""One project with the pitfall of every page about sync calls, sessions and implicit IO: each is found, and no more."""

import re

import pytest

from stackcheck.command.app import run
from stackcheck.registry import load_rules
from stackcheck.testing import examples

FAMILIES = ("STK3", "STK4", "STK5")
RULES = {rule.code: rule for rule in load_rules() if rule.code.startswith(FAMILIES)}
# A page shows one thing, and what else is in its example is a finding of these.
BESIDE = {
    **{f"STK{number}": {"STK305"} for number in (302, 303, 304, 401, 404, 407, 412, 423, 426)},
    "STK403": {"STK305", "STK408"},
    "STK405": {"STK305", "STK401"},
    "STK406": {"STK424"},
    "STK410": {"STK419"},
    "STK416": {"STK419"},
    "STK420": {"STK419"},
    "STK503": {"STK424"},
}
# Silent where a project has several dependencies that open a session.
ALONE = {"STK406"}


def planted(codes, folder):
    """The examples of some rules as packages of one project."""
    for code in codes:
        bad = examples(RULES[code].page)[0]
        names = {name.partition("/")[0].removesuffix(".py") for name in bad}
        imported = re.compile(rf"^(\s*(?:from|import) )({'|'.join(names)})\b", re.MULTILINE)
        for name, text in bad.items():
            path = folder / code.lower() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(imported.sub(rf"\g<1>{code.lower()}.\2", text))


def found_in(folder, capsys):
    """By the folder of a rule the codes that are found there."""
    run([str(folder), "--isolated", "--select", ",".join(FAMILIES), "--output-format", "concise", "-q", "--exit-zero"])
    found = re.findall(r"(stk\d+)\S*:\d+:\d+: (STK\d+)", capsys.readouterr().out)
    return {home.upper(): {code for other, code in found if other == home} for home, _ in found}


@pytest.mark.parametrize("codes", [RULES.keys() - ALONE, ALONE], ids=["together", "alone"])
def test_each_pitfall_is_found_and_nothing_else(codes, tmp_path, capsys):
    planted(codes, tmp_path)

    found = found_in(tmp_path, capsys)

    assert found == {code: {code, *BESIDE.get(code, ())} for code in codes}
