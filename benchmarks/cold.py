"""A cold check of a project against LibCST's and Python's own parsers, side by side in one process.

Usage: python benchmarks/cold.py FOLDER [--target PACKAGE=VERSION ...] [--rounds N]

P is `libcst.parse_module` over the files that reached LibCST, A is `ast.parse` over all files of the
index. The budget is 1.3 P + 3 A. CPU time; each figure is the least of the rounds.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import libcst as cst

from stackcheck.check import checker
from stackcheck.command.app import targets
from stackcheck.command.projects import Setup, group_by_project, open_project, rule_options
from stackcheck.engine import check_project
from stackcheck.files.discover import discover, list_project_files
from stackcheck.registry import load_rules
from stackcheck.settings.load import Loader, settings_in


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    folder = given.folder.resolve()
    warnings.simplefilter("ignore")

    parsed: list[str] = []
    texts = indexed_texts(folder, given.target)
    least = {"check": 1e9, "P": 1e9, "A": 1e9, "process": 1e9}
    for _ in range(given.rounds):
        parsed.clear()
        least["check"] = min(least["check"], spent(lambda: check(folder, given.target, parsed), quiet=True))
        least["P"] = min(least["P"], spent(lambda: [cst.parse_module(text) for text in parsed]))
        least["A"] = min(least["A"], spent(lambda: [parse(text) for text in texts]))
        least["process"] = min(least["process"], whole_process(folder, given.target))
    budget = 1.3 * least["P"] + 3 * least["A"]
    print(f"{folder.name}: {len(texts)} files, {len(parsed)} of them reach LibCST")
    print(f"P {least['P']:.2f} s, A {least['A']:.2f} s, budget 1.3 P + 3 A = {budget:.2f} s")
    print(f"check {least['check']:.2f} s: {least['check'] / budget:.2f} of the budget")
    print(f"whole process, start-up included {least['process']:.2f} s: {least['process'] / budget:.2f} of the budget")


def setup_for(folder: Path, wanted: list[str]) -> Setup:
    rules = load_rules()
    overrides = {"target": targets(wanted)} if wanted else {}
    return Setup(rules, Loader(folder, overrides=overrides, rule_options=rule_options(rules)))


def check(folder: Path, wanted: list[str], parsed: list[str]) -> None:
    """What the command does between its start-up and its report, noting the texts that LibCST sees."""
    original = checker.parse_module

    def noting(text: str) -> cst.Module | None:
        parsed.append(text)
        return original(text)

    checker.parse_module = noting
    try:
        setup = setup_for(folder, wanted)
        found = discover([folder], lambda inner: settings_in(inner, setup.loader))
        for root, members in group_by_project(found.files, [folder], setup).items():
            check_project(*open_project(root, members, setup))
    finally:
        checker.parse_module = original


def indexed_texts(folder: Path, wanted: list[str]) -> list[str]:
    setup = setup_for(folder, wanted)
    found = discover([folder], lambda inner: settings_in(inner, setup.loader))
    roots = group_by_project(found.files, [folder], setup)
    paths = {
        file.path
        for root in roots
        for file in list_project_files(root, settings_in(root, setup.loader), setup.loader.tables)
    }
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)]


def parse(text: str) -> None:
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(text)


def spent(work: Callable[[], object], *, quiet: bool = False) -> float:
    """CPU seconds of some work; `quiet` as the command runs, without collections."""
    gc.collect()
    if quiet:
        gc.disable()
    start = time.process_time()
    work()
    used = time.process_time() - start
    gc.enable()
    return used


def whole_process(folder: Path, wanted: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    args = [part for target in wanted for part in ("--target", target)]
    command = [sys.executable, "-m", "stackcheck", str(folder), "--output-format", "concise", *args]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
