"""Properties of every fix, over thousands of files that nobody wrote: mutated fixtures."""

import ast
import io
import json
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stackcheck.registry import load_rules
from stackcheck.testing import Case, fixed_texts, found_in, read_case

FIXTURES = Path(__file__).parent.parent / "fixtures" / "rules"
RULES = load_rules()
CASES = [read_case(folder) for folder in sorted(FIXTURES.glob("*/*/*/")) if list(folder.glob("**/*.py"))]
MUTATED = settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@st.composite
def mutated_cases(draw):
    """A fixture project in which some lines are gone, doubled, swapped, indented or commented."""
    case = draw(st.sampled_from(CASES))
    texts = dict(case.texts)
    name = draw(st.sampled_from(sorted(name for name in texts if name.endswith(".py"))))
    lines = texts[name].splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        if lines:
            at = draw(st.integers(0, len(lines) - 1))
            other = draw(st.integers(0, len(lines) - 1))
            match draw(st.sampled_from(["drop", "double", "swap", "indent", "comment", "blank"])):
                case "drop":
                    del lines[at]
                case "double":
                    lines.insert(at, lines[at])
                case "swap":
                    lines[at], lines[other] = lines[other], lines[at]
                case "indent":
                    lines[at] = "    " + lines[at]
                case "comment":
                    lines[at] = lines[at].rstrip("\n") + f"  # remark {other}\n"
                case "blank":
                    lines.insert(at, "\n")
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    texts[name] = "".join(lines).replace("\n", newline)
    return Case(case.root, texts)


def comments_of(text):
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)


def is_python(text):
    try:
        ast.parse(text)
        comments_of(text)
    except (SyntaxError, ValueError, tokenize.TokenError):
        return False
    return True


@MUTATED
@given(mutated_cases())
def test_no_rule_breaks_down(case):
    found_in(case, RULES)


@MUTATED
@given(mutated_cases())
def test_a_fixed_file_parses_keeps_its_comments_and_stays_as_it_is(case):
    texts, outcome = fixed_texts(case, RULES, unsafe=True)
    again, _ = fixed_texts(Case(case.root, texts), RULES, unsafe=True)

    assert outcome.errors == ()
    assert again == texts
    for name, text in texts.items():
        if name.endswith(".py") and text != case.texts[name]:
            assert is_python(text)
            assert comments_of(case.texts[name]) - comments_of(text) == Counter()


def ruff_findings(folder):
    """How often each rule of ruff's defaults finds something in each file of a folder."""
    # Each case is a project with its own `src`.
    options = ["--isolated", "--no-cache", "--output-format", "json", "--config", 'src=["*", "*/src"]']
    command = [sys.executable, "-m", "ruff", "check", *options, "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode in {0, 1}, result.stderr
    found = ((Path(one["filename"]).relative_to(folder.resolve()), one["code"]) for one in json.loads(result.stdout))
    return Counter(found)


# A file that writes `Optional` and `List`, or `= Depends(…)`, gets them from a fix too.
OWN_STYLE = {"B008", "UP006", "UP007", "UP035", "UP045"}
ACCEPTED = {
    ("pydantic/type_error_in_validator/forms", "TRY004"): "what the rule asks for: Pydantic 2 lets TypeError out",
    ("pydantic/validator/forms", "F401"): "an import inside a function stays",
    ("sqlalchemy/declarative_base_function/plain", "RUF012"): "how SQLAlchemy documents `type_annotation_map`",
    ("sqlalchemy/inspector_constructor/constructors", "F401"): "an import inside a function stays",
    ("sqlalchemy/legacy_import/guarded", "F401"): "an import of a name that is imported twice stays",
    ("sqlalchemy/legacy_import/guarded", "I001"): "imports below `TYPE_CHECKING` stay in their order",
}


def test_no_fix_adds_a_finding_of_ruff(tmp_path):
    for number, case in enumerate(CASES):
        texts, _ = fixed_texts(case, RULES, unsafe=True)
        for name in case.texts:
            if name.endswith(".py"):
                for folder, text in (("before", case.texts[name]), ("after", texts[name])):
                    path = tmp_path / folder / str(number) / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text)

    before = ruff_findings(tmp_path / "before")
    added = ruff_findings(tmp_path / "after") - before

    names = [case.root.relative_to(FIXTURES).as_posix() for case in CASES]
    own = {key for key in added if key[1] in OWN_STYLE and any(before[key[0], code] for code in OWN_STYLE)}
    accepted = {key for key in added if (names[int(key[0].parts[0])], key[1]) in ACCEPTED}
    assert added.keys() - own - accepted == set()
    assert len(accepted) == len(ACCEPTED)
