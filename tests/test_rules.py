"""Every rule over its fixtures and over its own page. Nobody edits this file to add a rule."""

from pathlib import Path

import pytest

from stackcheck.registry import load_rules
from stackcheck.testing import Case, examples, fixed_texts, found_in, mismatches, read_case, silenced

FIXTURES = Path(__file__).parent.parent / "fixtures" / "rules"
RULES = {rule.code: rule for rule in load_rules()}
assert RULES, "no rules found: run `pip install -e .`"


def folder_of(code: str) -> Path:
    rule = RULES[code]
    return FIXTURES / rule.family / rule.name.replace("-", "_")


CASES = [
    pytest.param(code, folder, id=f"{code}-{folder.name}")
    for code in RULES
    if folder_of(code).is_dir()
    for folder in sorted(path for path in folder_of(code).iterdir() if path.is_dir())
]


def rules_for(code, case):
    return [RULES[name] for name in sorted({code, *(one.code for one in case.expected)})]


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_fixtures(code):
    assert list(folder_of(code).glob("*/")), f"no fixtures in {folder_of(code)}"


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_finds_what_is_expected_and_nothing_else(code, folder):
    case = read_case(folder)

    assert mismatches(case, found_in(case, rules_for(code, case))) == []


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_fixes_into_what_stands_beside(code, folder, update):
    case = read_case(folder)

    texts, outcome = fixed_texts(case, rules_for(code, case), unsafe=False)
    if update:
        case = write_results(folder, case, texts, "fixed", case.texts)

    assert outcome.errors == ()
    assert texts == {**case.texts, **case.fixed}


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_unsafe_fixes_into_what_stands_beside(code, folder, update):
    case = read_case(folder)

    texts, outcome = fixed_texts(case, rules_for(code, case), unsafe=True)
    if update:
        case = write_results(folder, case, texts, "unsafe", {**case.texts, **case.fixed})

    assert outcome.errors == ()
    assert texts == {**case.texts, **case.unsafe}


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_fixing_again_changes_nothing(code, folder):
    case = read_case(folder)
    texts, _ = fixed_texts(case, rules_for(code, case), unsafe=True)

    again, outcome = fixed_texts(Case(case.root, texts), rules_for(code, case), unsafe=True)

    assert (again, outcome.mended) == (texts, ())


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_is_silent_under_noqa(code, folder):
    case = read_case(folder)
    twin = silenced(case, folder)

    results = found_in(twin, rules_for(code, case))

    assert mismatches(twin, results) == []


@pytest.mark.parametrize("code", RULES)
def test_the_example_of_a_page_is_found(code):
    case = example_of(code, 0)

    found = [hit.code for result in found_in(case, [RULES[code]]).values() for hit in result.hits]

    assert code in found


@pytest.mark.parametrize("code", RULES)
def test_what_a_page_says_to_use_instead_is_not_found(code):
    case = example_of(code, 1)

    assert mismatches(case, found_in(case, [RULES[code]])) == []


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if "## Fix safety" in rule.page])
def test_the_example_is_fixed_into_what_the_page_says_to_use_instead(code):
    before, after = example_of(code, 0), example_of(code, 1)

    texts, outcome = fixed_texts(before, [RULES[code]], unsafe=True)

    assert outcome.mended
    assert {name: text for name, text in texts.items() if name in after.texts} == after.texts


@pytest.mark.parametrize("code", RULES)
def test_a_page_is_whole(code):
    page = RULES[code].page
    fixes = any(list(folder.glob("**/*.fixed.*")) or list(folder.glob("**/*.unsafe.*")) for folder in [folder_of(code)])

    assert RULES[code].summary[0].isupper()
    assert not RULES[code].summary.endswith(".")
    for heading in ("## Why is this bad?", "## Example", "Use instead:", "## References"):
        assert heading in page
    assert ("## Fix safety" in page) == fixes


@pytest.mark.parametrize(("code", "folder"), CASES)
def test_messages_are_one_sentence_without_a_stop(code, folder):
    case = read_case(folder)
    messages = [hit.message for result in found_in(case, rules_for(code, case)).values() for hit in result.hits]

    assert [text for text in messages if text.endswith(".") or "\n" in text or text[:1].isupper()] == []


def write_results(folder, case, texts, word, before):
    for path in [path for path in folder.rglob("*") if f".{word}." in path.name]:
        path.unlink()
    for name, text in texts.items():
        if text != before[name]:
            stem, _, suffix = name.rpartition(".")
            (folder / f"{stem}.{word}.{suffix}").write_bytes(text.encode())
    return read_case(folder)


def example_of(code, number):
    texts = examples(RULES[code].page)[number]
    return Case(Path("/project"), texts)
