"""The keys of the configuration, as a table, and the settings that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from stackcheck.finding import Severity
from stackcheck.settings.globs import Glob

OUTPUT_FORMATS = ("full", "concise", "json", "json-lines")
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
DEFAULT_SRC = (".", "src")
DEFAULT_EXCLUDE = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

Scope = Literal["project", "file", "run"]
Merge = Literal["replace", "add", "update", "layer", "none"]


class RuleOption(NamedTuple):
    """An option that a rule declares: a kind of `values.KINDS`, its default, one line of text."""

    kind: str
    default: object
    text: str


RuleOptions = Mapping[str, Mapping[str, RuleOption]]


class Option(NamedTuple):
    """One key. `scope` says what it is taken for: a project, each file, or the run as a whole.

    `merge` says what a nearer layer (a file over the one it extends, the command line over all)
    does with a farther one: replace it, add to it, update its entries, or stand beside it as a
    layer of selection.
    """

    name: str
    kind: str
    default: object
    text: str
    scope: Scope = "file"
    merge: Merge = "replace"
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The attribute of Settings."""
        return self.name.replace("-", "_")


OPTIONS = (
    Option("extend", "path", None, "Another configuration file to inherit from.", merge="none"),
    Option("select", "selectors", None, "Rules to check, in place of the default ones.", merge="layer"),
    Option("ignore", "selectors", (), "Rules not to check.", merge="layer"),
    Option("extend-select", "selectors", (), "Rules to check beside the selected ones.", merge="layer"),
    Option("fixable", "selectors", None, "Rules whose fixes may be applied; all by default.", merge="layer"),
    Option("unfixable", "selectors", (), "Rules whose fixes are only shown.", merge="layer"),
    Option("per-file-ignores", "file-ignores", (), "Rules not to check in files that a glob matches."),
    Option("preview", "bool", False, "Let selectors reach rules that are still in preview."),
    Option("exclude", "globs", DEFAULT_EXCLUDE, "Files and folders not to report.", "project"),
    Option("extend-exclude", "globs", (), "More files and folders not to report.", "project", "add"),
    Option("force-exclude", "bool", False, "Exclude also what the command line names.", "project"),
    Option("respect-gitignore", "bool", True, "Pass over what git ignores.", "project"),
    Option("line-length", "line-length", 88, "The width that fixes keep to."),
    Option("target-version", "version", (3, 11), "The oldest Python that the code runs on."),
    Option("src", "paths", DEFAULT_SRC, "Folders that imports start from.", "project"),
    Option("target", "strings-table", {}, "Versions to check against, by package.", "project", merge="update"),
    Option("output-format", "choice", "full", "How findings are written.", "run", choices=OUTPUT_FORMATS),
    Option("fix", "bool", False, "Apply safe fixes.", "run"),
    Option("unsafe-fixes", "bool", None, "Apply unsafe fixes too; false hides that there are any.", "run"),
    Option("show-fixes", "bool", False, "List the fixes that were applied.", "run"),
    Option("tooling-files", "bool", True, "Check the project's tooling files with a folder.", "project"),
    Option("severity", "choice-table", {}, "Severity by rule.", merge="update", choices=tuple(SEVERITIES)),
)
BY_NAME = {option.name: option for option in OPTIONS}


@dataclass(frozen=True, slots=True)
class Selection:
    """What one file, or the command line (`source` is empty), says of selecting rules."""

    source: str
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileIgnores:
    """Selectors that do not count in the files that the glob matches, or does not match."""

    glob: Glob
    negated: bool
    selectors: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Settings:
    """One configuration: a file, what it extends, and the command line over it.

    `selections` run from the farthest layer to the nearest. `unsafe_fixes` is None where nobody
    spoke: the report then mentions unsafe fixes. `rules` holds each rule's options with their
    defaults filled in. `sources` says of a key where it came from, `--key` for the command line;
    a key that is not in it has its default.
    """

    root: Path
    origin: Path | None = None
    selections: tuple[Selection, ...] = ()
    per_file_ignores: tuple[FileIgnores, ...] = ()
    preview: bool = False
    exclude: tuple[Glob, ...] = tuple(Glob(name, Path("/")) for name in DEFAULT_EXCLUDE)
    extend_exclude: tuple[Glob, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    line_length: int = 88
    target_version: tuple[int, int] = (3, 11)
    src: tuple[Path, ...] = ()
    target: Mapping[str, str] = field(default_factory=dict)
    output_format: str = "full"
    fix: bool = False
    unsafe_fixes: bool | None = None
    show_fixes: bool = False
    tooling_files: bool = True
    severity: Mapping[str, Severity] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
