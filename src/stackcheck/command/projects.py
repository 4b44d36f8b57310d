"""The named files as projects, each with its index and with what its files are checked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stackcheck.check.results import Checks
from stackcheck.engine import Job
from stackcheck.files.boundary import project_root, workspace_root
from stackcheck.files.discover import FoundFile, discover, list_project_files, tooling_files
from stackcheck.files.source import Source
from stackcheck.index.evaluator import Evaluator
from stackcheck.index.kinds import merge_tables, tops
from stackcheck.index.project import Project
from stackcheck.index.versions import read_versions
from stackcheck.rule import Rule, analyses_of, tables_of
from stackcheck.settings.load import Loader, settings_in
from stackcheck.settings.options import RuleOption, RuleOptions, Settings
from stackcheck.settings.selectors import RuleInfo, Selected, file_ignores, select, severities

CHECKED_KINDS = frozenset({"python", "toml", "requirements", "ini"})
OPTION_KINDS = {bool: "bool", int: "int", float: "float", str: "string", tuple: "strings", list: "strings"}


@dataclass(frozen=True)
class Setup:
    """What holds for the whole run: rules, how settings are found, whether comments silence.

    The mappings remember what was worked out for a configuration, by its identity: the loader makes
    each of them once and keeps it.
    """

    rules: tuple[Rule, ...]
    loader: Loader
    noqa: bool = True
    selected: dict[int, Selected] = field(default_factory=dict)
    ignores: dict[int, Callable[[Path], frozenset[str]]] = field(default_factory=dict)
    checks: dict[tuple[int, frozenset[str]], Checks] = field(default_factory=dict)

    @property
    def infos(self) -> tuple[RuleInfo, ...]:
        return tuple(RuleInfo(rule.code, rule.name, rule.default, rule.preview) for rule in self.rules)


def rule_options(rules: Sequence[Rule]) -> RuleOptions:
    """What the rules declare, in the words of the settings."""
    return {
        rule.name: {
            name: RuleOption(OPTION_KINDS[type(option.default)], option.default, option.text)
            for name, option in rule.options.items()
        }
        for rule in rules
        if rule.options
    }


def selected_in(settings: Settings, setup: Setup) -> Selected:
    """The rules that one configuration selects, worked out once."""
    if id(settings) not in setup.selected:
        setup.selected[id(settings)] = select(settings, setup.infos)
    return setup.selected[id(settings)]


def checks_for(path: Path, setup: Setup) -> Checks:
    """What a file is checked for."""
    settings = settings_in(path.parent, setup.loader)
    if id(settings) not in setup.ignores:
        setup.ignores[id(settings)] = file_ignores(settings, setup.infos)
    key = (id(settings), setup.ignores[id(settings)](path))
    if key not in setup.checks:
        codes = selected_in(settings, setup).codes - key[1]
        setup.checks[key] = Checks(
            tuple(rule for rule in setup.rules if rule.code in codes),
            options=settings.rules,
            severity=severities(settings, setup.infos),
            python=settings.target_version,
            line_length=settings.line_length,
            noqa=setup.noqa,
        )
    return setup.checks[key]


def group_by_project(files: Sequence[FoundFile], named: Sequence[Path], setup: Setup) -> dict[Path, dict[Path, str]]:
    """Named files by the root of their project; with a folder go the tooling files of its project."""
    tables = setup.loader.tables
    folders = [path for path in named if path.is_dir()]
    groups: dict[Path, dict[Path, str]] = {}
    for file in files:
        if file.kind in CHECKED_KINDS:
            around = next((path for path in named if file.path.is_relative_to(path)), file.path.parent)
            groups.setdefault(project_root(file.path, around, tables), {})[file.path] = file.kind
    for root, members in groups.items():
        inside = any(folder.is_relative_to(root) or root.is_relative_to(folder) for folder in folders)
        if inside and settings_in(root, setup.loader).tooling_files:
            members |= {file.path: file.kind for file in tooling_files(root) if file.kind in CHECKED_KINDS}
    return dict(sorted(groups.items()))


def open_project(
    root: Path, members: Mapping[Path, str], setup: Setup, texts: Mapping[Path, Source] | None = None
) -> tuple[Evaluator, Job]:
    """The index of a project and the job of checking some of its files."""
    settings = settings_in(root, setup.loader)
    indexed = {file.path for file in list_project_files(root, settings, setup.loader.tables)}
    indexed |= {path for path, kind in members.items() if kind == "python"}
    table = merge_tables(tables_of(setup.rules))
    lock = workspace_root(root, setup.loader.tables)
    project = Project(
        root,
        [path.relative_to(root).as_posix() for path in indexed],
        roots=source_roots(settings, root),
        outside=tops(table),
        versions=read_versions(root, lock, settings.target),
        texts={path.relative_to(root).as_posix(): source for path, source in (texts or {}).items()},
        analyses=analyses_of(selected_rules(root, members, setup)),
    )
    files = {path.relative_to(root).as_posix(): kind for path, kind in sorted(members.items())}

    def whole() -> list[str]:
        found = discover([root], lambda folder: settings_in(folder, setup.loader)).files
        relative = [file.path.relative_to(root).as_posix() for file in found if file.kind == "python"]
        return [file for file in relative if file in project.files]

    return Evaluator(project, table), Job(files, lambda file: checks_for(root / file, setup), whole)


def selected_rules(root: Path, members: Mapping[Path, str], setup: Setup) -> tuple[Rule, ...]:
    """The rules that are selected for any of the files; facts that no other rule asks for are not collected."""
    codes = {rule.code for path in (root / "pyproject.toml", *members) for rule in checks_for(path, setup).rules}
    return tuple(rule for rule in setup.rules if rule.code in codes)


def source_roots(settings: Settings, root: Path) -> tuple[str, ...]:
    """The `src` folders of the settings that lie in the project, relative to its root."""
    inside = [path for path in settings.src if path.is_relative_to(root)]
    relative = [path.relative_to(root).as_posix() for path in inside]
    return tuple(dict.fromkeys([".", "src", *relative])) if not relative else tuple(relative)
