"""The rows of the catalogue of Pydantic 1 idioms: a program each, with a header that says what it shows."""

import re
from dataclasses import dataclass
from pathlib import Path

from stackcheck.testing import Case

FOLDER = Path(__file__).parents[2] / "fixtures" / "catalogue" / "pydantic"
HEADER = re.compile(
    r"# row: (?P<row>\w+) \| what: (?P<what>.+) \| code: (?P<code>STK\d+|none) "
    r"\| fix: (?P<fix>safe|unsafe|none) \| v2: (?P<v2>clean|warns|differs|fails)"
)


@dataclass(frozen=True)
class Row:
    """`code` is empty where nothing is to be found; `texts` is the program, by file name."""

    name: str
    what: str
    code: str
    fix: str
    v2: str
    texts: dict[str, str]

    @property
    def case(self) -> Case:
        return Case(Path("/project"), self.texts)


def read_rows(folder: Path = FOLDER) -> list[Row]:
    """Every row, in the order of their names."""
    mains = sorted([*folder.glob("*.py"), *folder.glob("*/main.py")])
    return [read_row(main) for main in mains]


def read_row(main: Path) -> Row:
    first = main.read_text(encoding="utf-8").partition("\n")[0]
    match = HEADER.fullmatch(first)
    assert match, f"{main}: the first line must be `# row: … | what: … | code: … | fix: … | v2: …`"
    paths = sorted(main.parent.rglob("*.py")) if main.name == "main.py" else [main]
    texts = {path.relative_to(main.parent).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    name = main.parent.name if main.name == "main.py" else main.stem
    assert name == match["row"], f"{main}: the header says row {match['row']}"
    return Row(name, match["what"], match["code"].removeprefix("none"), match["fix"], match["v2"], texts)


def table(rows: list[Row]) -> str:
    """The rows as the table of `rules/README.md`."""
    lines = ["| row | idiom | code | fix | under v2, unfixed |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {row.name} | {row.what} | {row.code or 'none'} | {row.fix} | {row.v2} |" for row in rows]
    return "\n".join(lines) + "\n"
