"""The rows of the catalogues of old idioms: a program each, with a header that says what it shows."""

import re
from dataclasses import dataclass
from pathlib import Path

from stackcheck.testing import Case

FOLDER = Path(__file__).parents[2] / "fixtures" / "catalogue"
HEADER = re.compile(
    r"# row: (?P<row>\w+) \| what: (?P<what>.+) \| code: (?P<code>STK\d+|none) "
    r"\| fix: (?P<fix>safe|unsafe|none) \| v2: (?P<v2>clean|warns|differs|fails)"
    r"(?: \| v1: (?P<v1>fails))?"
)


@dataclass(frozen=True)
class Row:
    """`code` is empty where nothing is to be found; `texts` is the program, by file name.

    `v1` is `fails` where the old release refuses the program already, or has not all of its names.
    """

    family: str
    name: str
    what: str
    code: str
    fix: str
    v2: str
    v1: str
    texts: dict[str, str]

    @property
    def case(self) -> Case:
        return Case(Path("/project"), self.texts)


def read_rows(family: str) -> list[Row]:
    """Every row of a family, in the order of their names."""
    folder = FOLDER / family
    mains = sorted([*folder.glob("*.py"), *folder.glob("*/main.py")])
    return [read_row(main, family) for main in mains]


def read_row(main: Path, family: str) -> Row:
    first = main.read_text(encoding="utf-8").partition("\n")[0]
    match = HEADER.fullmatch(first)
    assert match, f"{main}: the first line must be `# row: … | what: … | code: … | fix: … | v2: …`"
    paths = sorted(main.parent.rglob("*.py")) if main.name == "main.py" else [main]
    texts = {path.relative_to(main.parent).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    name = main.parent.name if main.name == "main.py" else main.stem
    assert name == match["row"], f"{main}: the header says row {match['row']}"
    code = match["code"].removeprefix("none")
    return Row(family, name, match["what"], code, match["fix"], match["v2"], match["v1"] or "passes", texts)


def table(rows: list[Row]) -> str:
    """The rows as the table of `rules/README.md`."""
    lines = ["| row | idiom | code | fix | under v2, unfixed |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.what} | {row.code or 'none'} | {row.fix} | {row.v2} |" for row in rows]
    return "\n".join(lines) + "\n"
