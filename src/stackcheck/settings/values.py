"""Values of the configuration: raw ones checked and turned into what Settings holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from stackcheck.settings.error import SettingsError, did_you_mean
from stackcheck.settings.globs import Glob, regex_of
from stackcheck.settings.options import FileIgnores

PYTHON_MINORS = range(7, 16)
LOWER_BOUND = re.compile(r"\s*(?:>=|>|===?|~=|~|\^)?\s*v?3(?:\.(\d+))?")


class WrongValueError(Exception):
    """A value that is not what the key wants: what it wants, and what was found."""

    def __init__(self, wanted: str, found: object, why: str = "") -> None:
        self.wanted = wanted
        self.found = found
        self.why = why


class Place(NamedTuple):
    """Where values stand: `file` is empty for the command line, `table` in a file of our own."""

    file: str
    table: str
    root: Path

    def where(self, key: str) -> str:
        """`pyproject.toml: `select` in [tool.stackcheck]`, or `--select`."""
        return f"{self.file}: `{key}`{self.in_table}" if self.file else f"--{key}"

    @property
    def in_table(self) -> str:
        """` in [tool.stackcheck]`, or nothing."""
        return f" in [{self.table}]" if self.table else ""

    def below(self, key: str) -> Place:
        """The place of a table in this table."""
        return self._replace(table=f"{self.table}.{key}" if self.table else key)


def convert(kind: str, key: str, value: object, place: Place, choices: tuple[str, ...] = ()) -> object:
    """The value of a key as Settings holds it. SettingsError names the place and what it must be."""
    try:
        if kind == "choice":
            return _choice(value, choices)
        if kind == "choice-table":
            return {name: _choice(item, choices, name) for name, item in _table(value).items()}
        return KINDS[kind](value, place)
    except WrongValueError as wrong:
        text = f"{place.where(key)} must be {wrong.wanted}, not {described(wrong.found)}{wrong.why}"
        raise SettingsError(text) from None


def lowest_python(bounds: object) -> tuple[int, int] | None:
    """The oldest version that `requires-python` lets through, as far as it names one."""
    if not isinstance(bounds, str):
        return None
    found = [LOWER_BOUND.match(bound) for bound in bounds.split(",")]
    minors = [int(bound[1] or 0) for bound in found if bound]
    return (3, max(*minors, PYTHON_MINORS[0])) if minors else None


def described(value: object) -> str:
    """A raw value in a message."""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"`{value}`"
        case str():
            short = value if len(value) <= 40 else f"{value[:40]}…"
            return f'"{short}"' if short.isprintable() else ascii(short)
        case Mapping():
            return "a table"
        case list() | tuple():
            return "an array"
    return "a date or time"


def _bool(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        raise WrongValueError("true or false", value)
    return value


def _int(value: object, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongValueError("an integer", value)
    return value


def _float(value: object, place: Place) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise WrongValueError("a number", value)
    return float(value)


def _string(value: object, place: Place) -> str:
    if not isinstance(value, str):
        raise WrongValueError("a string", value)
    return value


def _strings(value: object, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise WrongValueError("an array of strings", value)
    for item in value:
        if not isinstance(item, str):
            raise WrongValueError("an array of strings", item)
    return tuple(value)


def _line_length(value: object, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 320:
        raise WrongValueError("an integer from 1 to 320", value)
    return value


def _version(value: object, place: Place) -> tuple[int, int]:
    found = re.fullmatch(r"py3(\d{1,2})", value) if isinstance(value, str) else None
    if not found or int(found[1]) not in PYTHON_MINORS:
        raise WrongValueError(f'one of "py3{PYTHON_MINORS[0]}" to "py3{PYTHON_MINORS[-1]}"', value)
    return 3, int(found[1])


def _globs(value: object, place: Place) -> tuple[Glob, ...]:
    return tuple(_glob(pattern, place) for pattern in _strings(value, place))


def _glob(pattern: str, place: Place) -> Glob:
    try:
        regex_of(pattern)
    except ValueError as error:
        raise WrongValueError("valid globs", pattern, f": {error}") from None
    return Glob(pattern, place.root)


def _path(value: object, place: Place) -> Path:
    return Path(_string(value, place)).expanduser()


def _paths(value: object, place: Place) -> tuple[Path, ...]:
    return tuple(place.root / path for path in _strings(value, place))


def _strings_table(value: object, place: Place) -> Mapping[str, str]:
    for item in _table(value).values():
        if not isinstance(item, str):
            raise WrongValueError("a table of strings", item)
    return {name: str(item) for name, item in _table(value).items()}


def _file_ignores(value: object, place: Place) -> tuple[FileIgnores, ...]:
    return tuple(
        FileIgnores(
            _glob(pattern.removeprefix("!"), place),
            pattern.startswith("!"),
            _strings(selectors, place),
            place.file,
        )
        for pattern, selectors in _table(value).items()
    )


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WrongValueError("a table", value)
    return value


def _choice(value: object, choices: tuple[str, ...], name: str = "") -> str:
    if isinstance(value, str) and value in choices:
        return value
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    raise WrongValueError(f"one of {', '.join(choices)}", value, (f" for `{name}`" if name else "") + hint)


KINDS: Mapping[str, Callable[[object, Place], object]] = {
    "bool": _bool,
    "int": _int,
    "float": _float,
    "string": _string,
    "strings": _strings,
    "line-length": _line_length,
    "version": _version,
    "selectors": _strings,
    "globs": _globs,
    "path": _path,
    "paths": _paths,
    "strings-table": _strings_table,
    "file-ignores": _file_ignores,
}
