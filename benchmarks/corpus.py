"""Run stackcheck over a folder of checkouts: crashes, findings by rule, findings per 1,000 lines.

Usage: python benchmarks/corpus.py FOLDER [--target PACKAGE=VERSION ...] [--sample CODE N]

Lines are the lines of Python files that hold more than blanks and comments. `--sample` prints places
to read, the same ones on every run.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--sample", nargs=2, metavar=("CODE", "N"))
    given = parser.parse_args()

    rates = []
    everything: Counter[str] = Counter()
    places: list[str] = []
    for checkout in sorted(path for path in given.folder.iterdir() if path.is_dir()):
        found, problem = findings(checkout, given.target)
        lines = count_lines(checkout)
        counts = Counter(one["code"] for one in found)
        everything += counts
        rates.append(1000 * len(found) / max(lines, 1))
        shown = ", ".join(f"{code} {count}" for code, count in sorted(counts.items())) or "none"
        rate = f"{len(found)} findings, {rates[-1]:.2f} per 1,000 lines"
        print(f"{checkout.name}: {lines} lines, {rate} ({shown}){problem}")
        places += [place(one, given.folder) for one in found if given.sample and one["code"] == given.sample[0]]
    total = sum(everything.values())
    print(f"median {statistics.median(rates):.2f} per 1,000 lines; {total} findings in all")
    for code, count in everything.most_common():
        print(f"{code}: {count}, {100 * count / total:.0f} %")
    if given.sample:
        random.Random(1).shuffle(places)
        print("\n".join(sorted(places[: int(given.sample[1])])))


def findings(checkout: Path, wanted: list[str]) -> tuple[list[dict[str, object]], str]:
    args = [part for target in wanted for part in ("--target", target)]
    command = [sys.executable, "-m", "stackcheck", str(checkout), "--output-format", "json", *args]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    broken = [line for line in result.stderr.splitlines() if line.startswith(("error", "Traceback"))]
    problem = f" !! exit {result.returncode}: {'; '.join(broken)}" if result.returncode not in {0, 1} or broken else ""
    return (json.loads(result.stdout) if result.stdout else []), problem


def place(one: dict[str, object], folder: Path) -> str:
    location = one["location"]
    assert isinstance(location, dict)
    name = Path(str(one["filename"])).relative_to(folder.resolve())
    return f"{name}:{location['row']}:{location['column']} {one['code']} {one['message']}"


def count_lines(checkout: Path) -> int:
    total = 0
    for path in checkout.rglob("*.py"):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            total += sum(1 for line in lines if line.strip() and not line.lstrip().startswith("#"))
    return total


if __name__ == "__main__":
    main()
