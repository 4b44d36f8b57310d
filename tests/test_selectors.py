"""Selection: which selectors reach which rules, and which of them wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackcheck.settings.error import SettingsError
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.options import Settings
from stackcheck.settings.selectors import RuleInfo, Selected, file_ignores, select, severities

RULES = (
    RuleInfo("STK002", "unused-suppression"),
    RuleInfo("STK101", "class-config"),
    RuleInfo("STK102", "validator"),
    RuleInfo("STK110", "root-model", default=False),
    RuleInfo("STK201", "column-attribute"),
    RuleInfo("STK202", "declarative-base", preview=True),
    RuleInfo("ACME1", "house-rule", default=False),
)
ALWAYS = {"STK000", "STK001"}


def settings(tmp_path: Path, text: str = "", **overrides: object) -> Settings:
    (tmp_path / "stackcheck.toml").write_text(text)
    named = {key.replace("_", "-"): value for key, value in overrides.items()}
    return settings_in(tmp_path, Loader(cwd=tmp_path, overrides=named))


def chosen(tmp_path: Path, text: str = "", **overrides: object) -> Selected:
    return select(settings(tmp_path, text, **overrides), RULES)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", "002 101 102 201"),
        ("preview = true", "002 101 102 201 202"),
        ('select = ["STK1"]', "101 102 110"),
        ('select = ["STK"]', "002 101 102 110 201"),
        ('select = ["class-config"]', "101"),
        ('extend-select = ["STK11"]', "002 101 102 110 201"),
        ('ignore = ["STK1"]', "002 201"),
        ("select = []", ""),
        # The most specific selector wins.
        ('select = ["STK1", "STK201"]\nignore = ["STK10", "STK2"]', "110 201"),
        ('select = ["ALL"]\nignore = ["STK"]', "ACME1"),
        ('select = ["STK101"]\nignore = ["ALL"]', "101"),
        # At equal specificity ignoring wins; a name is as specific as its code.
        ('select = ["STK1"]\nignore = ["STK1"]', ""),
        ('select = ["STK101", "STK102"]\nignore = ["class-config"]', "102"),
        ('extend-select = ["STK110"]\nignore = ["STK110"]', "002 101 102 201"),
        # Preview rules need preview.
        ('select = ["STK2"]', "201"),
        ('select = ["STK2"]\npreview = true', "201 202"),
    ],
)
def test_a_file_selects(tmp_path: Path, text: str, codes: str) -> None:
    expected = {code if code.startswith("ACME") else f"STK{code}" for code in codes.split()}

    assert chosen(tmp_path, text).codes - ALWAYS == expected


def test_select_of_the_command_line_replaces_all_that_files_say(tmp_path: Path) -> None:
    text = 'select = ["STK2"]\nignore = ["STK101"]\n'

    assert chosen(tmp_path, text, select=["STK101"]).codes - ALWAYS == {"STK101"}


def test_extend_select_and_ignore_of_the_command_line_add(tmp_path: Path) -> None:
    text = 'select = ["STK1"]\nignore = ["STK101"]\n'
    overrides = {"extend_select": ["STK2"], "ignore": ["STK102"]}

    assert chosen(tmp_path, text, **overrides).codes - ALWAYS == {"STK110", "STK201"}


def test_a_later_layer_wins_over_a_more_specific_earlier_one(tmp_path: Path) -> None:
    assert chosen(tmp_path, 'select = ["STK101"]', ignore=["STK"]).codes == ALWAYS
    assert "STK101" in chosen(tmp_path, 'ignore = ["STK101"]', extend_select=["STK"]).codes


def test_the_order_of_selectors_does_not_matter(tmp_path: Path) -> None:
    one = chosen(tmp_path, select=["STK1", "STK201"], ignore=["STK101"])
    other = chosen(tmp_path, select=["STK201", "STK1"], ignore=["STK101"])

    assert one == other


def test_unreadable_files_and_syntax_errors_cannot_be_deselected(tmp_path: Path) -> None:
    found = chosen(tmp_path, 'select = ["STK101"]\nignore = ["STK000", "STK001", "ALL"]')

    assert found.codes >= ALWAYS


def test_selecting_a_preview_rule_by_name_says_that_it_has_no_effect(tmp_path: Path) -> None:
    found = chosen(tmp_path, select=["declarative-base"])

    assert found.warnings == ("selecting `STK202` has no effect because preview is not enabled",)
    assert chosen(tmp_path, select=["STK2"]).warnings == ()


def test_all_rules_are_fixable_until_somebody_says_otherwise(tmp_path: Path) -> None:
    assert chosen(tmp_path).fixable >= {rule.code for rule in RULES}
    assert chosen(tmp_path, 'fixable = ["STK1"]\nunfixable = ["STK101"]').fixable == {"STK102", "STK110"}
    assert chosen(tmp_path, 'fixable = ["STK1"]', fixable=["STK201"]).fixable == {"STK201"}
    assert "STK101" not in chosen(tmp_path, unfixable=["class-config"]).fixable


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("tests/*", "tests/a/b/test_x.py", True),
        ("a/*", "b/a/x.py", False),
        ("b", "a/b/m.py", False),
        ("conftest.py", "a/b/conftest.py", True),
        ("test_*.py", "a/test_x.py", True),
        ("!src/**", "tests/x.py", True),
        ("!src/**", "src/app/x.py", False),
        ("!*.py", "a.pyi", True),
    ],
)
def test_per_file_ignores_match_the_path_or_the_name(tmp_path: Path, pattern: str, path: str, ignored: bool) -> None:
    found = settings(tmp_path, f'per-file-ignores = {{ "{pattern}" = ["STK1", "column-attribute"] }}')

    expected = {"STK101", "STK102", "STK110", "STK201"} if ignored else set()
    assert file_ignores(found, RULES)(tmp_path / path) == expected


def test_per_file_ignores_cannot_hide_a_file_that_does_not_parse(tmp_path: Path) -> None:
    found = settings(tmp_path, per_file_ignores={"*.py": ["ALL"]})

    assert file_ignores(found, RULES)(tmp_path / "a.py") == {rule.code for rule in RULES}


def test_severity_is_set_by_code_or_name(tmp_path: Path) -> None:
    found = settings(tmp_path, 'severity = { class-config = "info", STK201 = "error" }')

    assert severities(found, RULES) == {"STK101": "info", "STK201": "error"}


@pytest.mark.parametrize(
    ("text", "overrides", "message"),
    [
        ("", {"select": ["STK109"]}, "--select: unknown rule `STK109`; did you mean `STK110`?"),
        ("", {"ignore": ["stk101"]}, "--ignore: unknown rule `stk101`; did you mean `STK101`?"),
        (
            "",
            {"extend_select": ["class-confg"]},
            "--extend-select: unknown rule `class-confg`; did you mean `class-config`?",
        ),
        ("", {"unfixable": ["all"]}, "--unfixable: unknown rule `all`; did you mean `ALL`?"),
        ("", {"select": ["F401"]}, "--select: unknown rule `F401`; `stackcheck rules` lists them"),
        ("", {"select": ["ST"]}, "--select: unknown rule `ST`; did you mean `STK`?"),
        ("", {"select": ["STK1", ""]}, "--select: an empty selector; write a code, a name or `ALL`"),
        (
            'select = ["validatr"]',
            {},
            "stackcheck.toml: unknown rule `validatr` in `select`; did you mean `validator`?",
        ),
        ('fixable = ["STK9"]', {}, "stackcheck.toml: unknown rule `STK9` in `fixable`; did you mean `STK`?"),
    ],
)
def test_an_unknown_selector_is_one_line(tmp_path: Path, text: str, overrides: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        chosen(tmp_path, text, **overrides)

    assert str(error.value) == message


def test_an_unknown_rule_in_a_table_is_one_line(tmp_path: Path) -> None:
    ignores = settings(tmp_path, 'per-file-ignores = { "a.py" = ["class-conf"] }')
    levels = settings(tmp_path, 'severity = { STK1011 = "info" }')

    with pytest.raises(SettingsError) as of_ignores:
        file_ignores(ignores, RULES)
    with pytest.raises(SettingsError) as of_levels:
        severities(levels, RULES)

    assert str(of_ignores.value) == (
        "stackcheck.toml: unknown rule `class-conf` in `per-file-ignores`; did you mean `class-config`?"
    )
    assert str(of_levels.value) == ("stackcheck.toml: unknown rule `STK1011` in `severity`; did you mean `STK101`?")
