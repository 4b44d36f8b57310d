"""Fixtures as tests: small projects with `# expect: STK101 "text"` at the line of each finding.

For the rules of this project and of plugins alike. Beside `models.py`, `models.fixed.py` is what
`--fix` makes of it and `models.unsafe.py` what `--fix --unsafe-fixes` makes, where that is more.
`# expect(later): CODE` writes down a known gap: it fails on the day it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from stackcheck.check.results import Checked, Checks, Hit
from stackcheck.engine import Job, check_project
from stackcheck.files.source import Source
from stackcheck.fix.passes import Fixed, fix_project
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.kinds import merge_tables, tops
from stackcheck.index.lines import LINE_END
from stackcheck.index.project import Project
from stackcheck.index.versions import Versions, read_versions
from stackcheck.rule import Rule, analyses_of, tables_of

# `# expect: STK101`, `# expect: STK101 "part of the message", STK201`, `# expect(later): STK101`
EXPECT = re.compile(r"[ \t]*# expect(?P<later>\(later\))?: (?P<codes>.+?)[ \t]*$", re.MULTILINE)
CODE = re.compile(r'(?P<code>[A-Z]+[0-9]+)(?: "(?P<text>[^"]*)")?')
BLOCK = re.compile(r"^```(?P<form>python|toml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PART = re.compile(r"^# file: (?P<name>\S+)\n", re.MULTILINE)
RESULT = re.compile(r"\.(fixed|unsafe)(?=\.\w+$)")
SUFFIXES = {".py": "python", ".toml": "toml", ".txt": "requirements", ".lock": "lock"}


class Expectation(NamedTuple):
    file: str
    line: int
    code: str
    text: str = ""
    later: bool = False


@dataclass(frozen=True)
class Case:
    """A small project: texts without expectations, expectations, and what fixes are to make."""

    root: Path
    texts: Mapping[str, str]
    expected: tuple[Expectation, ...] = ()
    fixed: Mapping[str, str] | None = None
    unsafe: Mapping[str, str] | None = None


def read_case(folder: Path) -> Case:
    """The project in a fixture folder."""
    texts: dict[str, str] = {}
    results: dict[str, dict[str, str]] = {"fixed": {}, "unsafe": {}}
    expected: list[Expectation] = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES):
        name = path.relative_to(folder).as_posix()
        text = path.read_bytes().decode()
        made = RESULT.search(name)
        if made:
            results[made[1]][RESULT.sub("", name)] = text
        else:
            texts[name] = EXPECT.sub("", text)
            expected += expectations(name, text)
    return Case(folder, texts, tuple(expected), results["fixed"], {**results["fixed"], **results["unsafe"]})


def expectations(name: str, text: str) -> Iterator[Expectation]:
    """What the comments of a file expect."""
    for number, line in enumerate(LINE_END.split(text), start=1):
        for comment in EXPECT.finditer(line):
            for match in CODE.finditer(comment["codes"]):
                yield Expectation(name, number, match["code"], match["text"] or "", bool(comment["later"]))


def silenced(case: Case, folder: Path) -> Case:
    """The same project with a `# noqa: CODE` at each expectation, and nothing expected."""
    texts = {name: EXPECT.sub(_noqa, (folder / name).read_bytes().decode()) for name in case.texts}
    return Case(case.root, texts)


def _noqa(match: re.Match[str]) -> str:
    return f"  # noqa: {', '.join(dict.fromkeys(found['code'] for found in CODE.finditer(match['codes'])))}"


def project_of(case: Case, rules: Sequence[Rule]) -> tuple[Evaluator, Job]:
    """The case as a project in memory, and the job of checking all of it with some rules."""
    table = merge_tables(tables_of(rules))
    project = Project(
        case.root,
        [name for name in case.texts if name.endswith(".py")],
        outside=tops(table),
        versions=versions_of(case),
        texts={name: Source(case.root / name, text, raw=text.encode()) for name, text in case.texts.items()},
        analyses=analyses_of(rules),
    )
    files = {name: SUFFIXES[Path(name).suffix] for name in case.texts if is_checked(name)}
    options = {rule.name: {key: option.default for key, option in rule.options.items()} for rule in rules}
    checks = Checks(tuple(rules), options=options)
    return Evaluator(project, table), Job(files, lambda file: checks)


def versions_of(case: Case) -> Versions:
    """What the files of a case that are not Python say of versions, and its `[tool.stackcheck.target]`."""
    said = {name: text for name, text in case.texts.items() if not name.endswith(".py")}
    if not said:
        return Versions()
    import tomli

    try:
        document = tomli.loads(said.get("pyproject.toml", ""))
    except tomli.TOMLDecodeError:
        document = {}
    with TemporaryDirectory() as folder:
        for name, text in said.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        targets = document.get("tool", {}).get("stackcheck", {}).get("target", {})
        return read_versions(Path(folder), Path(folder), targets)


def is_checked(name: str) -> bool:
    """Python files, requirements, and TOML files of the names that tools read."""
    return name.endswith((".py", ".txt")) or Path(name).name in {"pyproject.toml", "ruff.toml", ".ruff.toml"}


def found_in(case: Case, rules: Sequence[Rule]) -> dict[str, Checked]:
    """The results of a case, crashes being failures."""
    evaluator, job = project_of(case, rules)
    results = check_project(evaluator, job)
    broken = [crash for result in results.values() for crash in result.crashes]
    assert not broken, "\n".join(broken)
    return results


def mismatches(case: Case, results: Mapping[str, Checked]) -> list[str]:
    """Every finding that was not expected and every expectation that was not met."""
    wanted = [one for one in case.expected if not one.later]
    problems = []
    for file, result in results.items():
        for hit in result.hits:
            match = next((one for one in wanted if _meets(file, hit, one)), None)
            if match is None:
                problems.append(f"{file}:{hit.span.line}:{hit.span.column}: unexpected {hit.code} {hit.message}")
            else:
                wanted.remove(match)
    problems += [f"{one.file}:{one.line}: {one.code} {one.text} was expected" for one in wanted]
    return problems


def _meets(file: str, hit: Hit, one: Expectation) -> bool:
    return (file, hit.span.line, hit.code) == (one.file, one.line, one.code) and one.text in hit.message


def fixed_texts(case: Case, rules: Sequence[Rule], *, unsafe: bool) -> tuple[dict[str, str], Fixed]:
    """Every text of a case after fixing, and the outcome."""
    evaluator, job = project_of(case, rules)
    levels = {"safe", "unsafe"} if unsafe else {"safe"}
    outcome = fix_project(evaluator, job, lambda file, hit: hit.fix is not None and hit.fix.applicability in levels)
    return {**case.texts, **outcome.texts}, outcome


def examples(page: str) -> list[dict[str, str]]:
    """The code blocks of a rule's page as texts by file name; several where `# file: name` divides."""
    found = []
    for block in BLOCK.finditer(page):
        only = "example.py" if block["form"] == "python" else "pyproject.toml"
        pieces = PART.split(block["text"])
        parts = {only: pieces[0]} if pieces[0].strip() else {}
        found.append(parts | dict(zip(pieces[1::2], pieces[2::2], strict=True)))
    return found
