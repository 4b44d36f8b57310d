"""How many of the lines that SQLAlchemy 1.4 warns about are inside a finding: `python covered.py WARNED.json`.

`WARNED.json` is what `warned.py` printed. Prints each line that is not; the exit code says whether fewer than
95 in 100 are.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from catalogue.rows import read_rows

from stackcheck.registry import load_rules
from stackcheck.testing import found_in

WANTED = 0.95

if __name__ == "__main__":
    warned = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rules = [rule for rule in load_rules() if rule.family == "sqlalchemy" and not rule.pin_checks]
    seen, missed = 0, []
    for row in read_rows("sqlalchemy"):
        hits = {file: checked.hits for file, checked in found_in(row.case, rules).items()}
        lines = {(file.removeprefix(f"{row.name}/"), line, text) for file, line, text in warned[row.name]}
        name = next(iter(row.texts)) if len(row.texts) == 1 else ""
        for file, line, text in sorted(lines):
            spans = [hit.span for hit in hits.get(name or file, ())]
            if any(span.line <= line <= span.end_line for span in spans):
                seen += 1
            else:
                missed.append(f"{row.name} {file}:{line} {text}")
    print("\n".join([*missed, f"{seen} of {seen + len(missed)} lines"]))
    sys.exit(seen < WANTED * (seen + len(missed)))
