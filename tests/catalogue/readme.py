"""Write the tables of rows into `rules/README.md`: `python tests/catalogue/readme.py`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue.rows import read_rows, table

README = Path(__file__).parents[2] / "rules" / "README.md"

FAMILIES = iter(("pydantic", "sqlalchemy"))  # in the order of their tables

if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    new = re.sub(r"\| row \| idiom \|.*?\n(?!\|)", lambda _: table(read_rows(next(FAMILIES))), text, flags=re.S)
    README.write_text(new, encoding="utf-8")
