"""Versions of packages: the lowest that a project allows, from its lock or from its ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?\s*\(?\s*([^;#)]*)")
CLAUSE = re.compile(r"(===|==|~=|>=|<=|!=|>|<|\^|~)\s*v?([0-9][\w.!+*-]*)")
PROJECT_FILES = ("pyproject.toml", "setup.cfg", "Pipfile")
REQUIREMENT_FILES = ("requirements*.txt", "requirements/*.txt", "requirements*.in")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Versions:
    """`ranges`: package -> its version clauses; `locked`: package -> the locked version.

    `targets` are what the user said to check against; they win. `own` are packages that lie in the
    project's folders, itself first of all. `extras` are those that are required, as `sqlalchemy[asyncio]`.
    Package names are normalised.
    """

    ranges: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    extras: frozenset[str] = frozenset()

    @property
    def packages(self) -> frozenset[str]:
        """Import names of installed packages, as far as they follow from the packages' names."""
        names = {*self.ranges, *self.locked} - self.own
        return frozenset({name.replace("-", "_") for name in names})

    def mentions(self, package: str) -> bool | None:
        """Whether the project's files name a package, or an extra of one; None where they name none at all."""
        known = {*self.ranges, *self.locked, *self.extras}
        return normalised(package) in known if known else None

    def lowest(self, package: str) -> str | None:
        """The lowest version allowed; None where nothing is said, which means the newest."""
        package = normalised(package)
        if package in self.targets:
            return self.targets[package]
        return self.locked.get(package) or lowest_of(self.ranges.get(package, ""))

    def migrating(self, package: str) -> bool:
        """Whether the user checks against a newer release than the lowest that the project allows."""
        package = normalised(package)
        own = self.locked.get(package) or lowest_of(self.ranges.get(package, ""))
        return package in self.targets and own is not None and release(own) < release(self.targets[package])

    def below(self, package: str, limit: str) -> bool:
        """Whether every version that the project allows of a package is lower than a limit.

        False where nothing is said, and where the user said what to check against.
        """
        package = normalised(package)
        exact = self.targets.get(package) or self.locked.get(package)
        if exact:
            return release(exact) < release(limit)
        return is_below(self.ranges.get(package, ""), limit)


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lowest_of(clauses: str) -> str | None:
    """The lowest version that a range like `>=1.10,<3` admits; None if it has no lower end.

    An upper end alone pins the old world: `<2` admits nothing newer, so its lowest is `0`.
    """
    lowest: str | None = None
    capped = False
    for operator, version in CLAUSE.findall(clauses):
        if operator in {"==", "===", "~=", ">=", ">", "^", "~"}:
            clean = version.replace(".*", "")
            lowest = clean if lowest is None or release(clean) > release(lowest) else lowest
        capped = capped or operator in {"<", "<="}
    return lowest if lowest is not None or not capped else "0"


def is_below(clauses: str, limit: str) -> bool:
    """Whether a range like `==0.88.0` or `>=0.8,<0.99` ends before a limit."""
    for operator, version in CLAUSE.findall(clauses):
        numbers = release(version.replace(".*", ""))
        if operator == "<" and numbers <= release(limit):
            return True
        if operator in {"==", "===", "<="} and numbers < release(limit):
            return True
        if operator in {"~=", "~"} and len(version.split(".")) > 1 and numbers < release(limit):
            # `~=0.88.0` stays below 0.89, `~=0.88` below 1.
            parts = [int(part) for part in NUMBER.findall(version)][: -1 if operator == "~=" else 2]
            return (*parts[:-1], parts[-1] + 1) <= release(limit)
        if operator == "^" and numbers < release(limit):
            first = next((at for at, number in enumerate(numbers) if number), 0)
            return (*numbers[:first], numbers[first] + 1) <= release(limit)
    return False


def release(version: str) -> tuple[int, ...]:
    """`2.11.1rc1` as (2, 11, 1); trailing zeros do not count."""
    numbers = [int(number) for number in NUMBER.findall(re.split(r"[a-zA-Z+!-]", version, maxsplit=1)[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def at_least(version: str | None, wanted: str) -> bool:
    """Whether a lowest version has what came with `wanted`; nothing known means the newest."""
    return version is None or release(version) >= release(wanted)


def read_versions(root: Path, lock_root: Path, targets: Mapping[str, str]) -> Versions:
    """What the files of a project folder say; files that cannot be read say nothing."""
    ranges: dict[str, str] = {}
    extras: set[str] = set()
    document = _toml(root / "pyproject.toml")
    for requirement in _declared(document):
        _add(ranges, extras, requirement)
    for name in PROJECT_FILES[1:]:
        ranges.update({key: value for key, value in _loose(root / name) if key not in ranges})
    for path in sorted(path for pattern in REQUIREMENT_FILES for path in root.glob(pattern)):
        for line in _text(path).splitlines():
            if not line.lstrip().startswith(("#", "-")):
                _add(ranges, extras, line)
    locked, local = _locked(lock_root)
    poetry = _table(_table(document, "tool"), "poetry")
    names = [_table(document, "project").get("name"), poetry.get("name"), *local]
    own = frozenset(normalised(name) for name in names if isinstance(name, str))
    return Versions(
        ranges,
        locked,
        {normalised(name): version for name, version in targets.items()},
        own,
        frozenset(extras),
    )


def says_versions(file: str) -> bool:
    """Whether a file, by its path below the project's root, is one that versions are read from."""
    path = PurePosixPath(file)
    patterns = (pattern for pattern in REQUIREMENT_FILES if pattern.count("/") == file.count("/"))
    return file in PROJECT_FILES or any(path.match(pattern) for pattern in patterns)


def _add(ranges: dict[str, str], extras: set[str], requirement: str) -> None:
    match = REQUIREMENT.match(requirement)
    if match:
        name = normalised(match[1])
        ranges[name] = ",".join(part for part in (ranges.get(name, ""), match[3].strip()) if part)
        extras |= {normalised(f"{name}[{extra.strip()}]") for extra in (match[2] or "").split(",") if extra.strip()}


def _declared(document: Mapping[str, Any]) -> Iterator[str]:
    project = _table(document, "project")
    yield from _strings(project.get("dependencies"))
    for group in [*_table(project, "optional-dependencies").values(), *_table(document, "dependency-groups").values()]:
        yield from _strings(group)
    poetry = _table(_table(document, "tool"), "poetry")
    groups = [_table(group, "dependencies") for group in _table(poetry, "group").values() if isinstance(group, dict)]
    for table in [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies"), *groups]:
        for name, said in table.items():
            version = said.get("version", "") if isinstance(said, dict) else said
            if isinstance(version, str):
                # Poetry's bare `1.2` is exact, as `==1.2`; its `*` is any version.
                exact = "==" if version[:1].isdigit() else ""
                extras = f"[{','.join(_strings(said.get('extras')))}]" if isinstance(said, dict) else ""
                yield f"{name}{extras} {exact}{'' if version == '*' else version}"


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _locked(root: Path) -> tuple[dict[str, str], list[str]]:
    """The locked versions, and the packages that the lock takes from a folder."""
    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        packages = _toml(root / name).get("package")
        if not isinstance(packages, list):
            continue
        lowest: dict[str, str] = {}
        local = []
        for entry in packages:
            match entry:
                case {"name": str(package), "version": str(version)}:
                    key = normalised(package)
                    # A lock may hold two versions of one package, by marker: the lower one counts.
                    lowest[key] = min(lowest.get(key, version), version, key=release)
            match entry:
                case {"name": str(package), "source": {"editable": _} | {"virtual": _} | {"directory": _}}:
                    local.append(package)
        return lowest, local
    return {}, []


def _loose(path: Path) -> Iterator[tuple[str, str]]:
    """Requirement-like lines of `install_requires` in setup.cfg and of a Pipfile."""
    for line in _text(path).splitlines():
        match = re.match(r'^\s*"?([A-Za-z][\w.-]*)"?\s*(?:=\s*")?((?:[=~<>!]=?=?|\^)\s*[\d][^";]*)', line)
        if match:
            yield normalised(match[1]), match[2]


def _toml(path: Path) -> Mapping[str, Any]:
    text = _text(path)
    if not text:
        return {}
    import tomli

    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return ""
