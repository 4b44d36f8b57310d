"""Module names: from a dotted name in one file to the file it means, without any path of Python's."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

AMBIGUOUS = "?"  # two files fit equally well: resolve to neither


@dataclass(frozen=True, slots=True)
class Modules:
    """Files of one project by every dotted name they could be imported under.

    Files are posix paths relative to the project's root. `suffixes` maps `db.engine` to each file
    that ends so, as (file, folder from which that name holds). `outside` are the top names of
    installed packages: such a name is never taken for a file that merely ends alike.
    """

    suffixes: dict[str, tuple[tuple[str, str], ...]]
    roots: tuple[str, ...]
    outside: frozenset[str]
    folders: frozenset[str]


def read_modules(files: Iterable[str], roots: Sequence[str], outside: Iterable[str]) -> Modules:
    """`files` relative to the project's root, `roots` as its `src` setting gives them."""
    found: dict[str, list[tuple[str, str]]] = {}
    folders: set[str] = set()
    ordered = sorted(files)
    known = set(ordered)
    for file in ordered:
        if file.endswith(".pyi") and file[:-1] in known:
            continue
        parts = module_parts(file)
        for start in range(len(parts)):
            found.setdefault(".".join(parts[start:]), []).append((file, "/".join(parts[:start])))
            folders.update(".".join(parts[start:end]) for end in range(start + 1, len(parts)))
    clean = tuple("" if root in {".", ""} else str(PurePosixPath(root)) for root in roots)
    suffixes = {name: tuple(places) for name, places in found.items()}
    return Modules(suffixes, clean, frozenset(outside), frozenset(folders))


def module_parts(file: str) -> list[str]:
    """`src/app/db/__init__.py` is `src`, `app`, `db`."""
    parts = file.rpartition(".")[0].split("/")
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts


def package_parts(file: str) -> list[str]:
    """The package that a relative import in `file` starts from."""
    return file.split("/")[:-1]


def find_module(modules: Modules, name: str, importer: str) -> str | None:
    """The file that `import name` in `importer` means; `AMBIGUOUS`, or None for no file of ours.

    A leading dot marks a name that was relative: it counts from the project's root.
    """
    if name.startswith("."):
        exact = [file for file, root in modules.suffixes.get(name[1:], ()) if root == ""]
        return exact[0] if exact else None
    places = modules.suffixes.get(name)
    if not places:
        return None
    declared = [file for file, root in places if root in modules.roots]
    if len(declared) == 1:
        return declared[0]
    top, _, rest = name.partition(".")
    if top in modules.outside or top in sys.stdlib_module_names:
        return None
    folder = importer.rpartition("/")[0]
    above = [(root, file) for file, root in places if root == "" or f"{folder}/".startswith(f"{root}/")]
    if len(above) == 1:
        return above[0][1]
    if above:
        # A script finds its neighbours first, as Python does with the folder of the script.
        beside = [file for root, file in above if root == folder]
        return beside[0] if beside and not rest else AMBIGUOUS
    if not rest:
        return None
    return places[0][0] if len(places) == 1 else AMBIGUOUS


def is_folder(modules: Modules, name: str) -> bool:
    """Whether `name` is a package or a folder above some module.

    A folder that merely has the name of an installed package, as `adapters/sqlalchemy`, is not that package.
    """
    top = name.partition(".")[0]
    if top in modules.outside or top in sys.stdlib_module_names:
        return False
    return name.lstrip(".") in modules.folders
