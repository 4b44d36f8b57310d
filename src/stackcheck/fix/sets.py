"""Which fixed files must be written together: those that one fix over several files joins."""

from __future__ import annotations

from pathlib import Path

from stackcheck.fix.passes import Fixed


def fix_groups(fixed: Fixed) -> list[list[str]]:
    """The changed files in groups; each group is written whole or not at all."""
    home = {file: file for file in fixed.texts}

    def head(file: str) -> str:
        while home[file] != file:
            file = home[file]
        return file

    root: Path = fixed.evaluator.project.root
    for file, hit in fixed.mended:
        for other in hit.fix.others if hit.fix else ():
            name = other.path.relative_to(root).as_posix()
            if file in home and name in home:
                home[head(name)] = head(file)
    groups: dict[str, list[str]] = {}
    for file in sorted(fixed.texts):
        groups.setdefault(head(file), []).append(file)
    return list(groups.values())
