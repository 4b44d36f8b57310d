"""Settings of a file: its closest configuration, what that extends, the command line over it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from stackcheck.settings.error import SettingsError, shown
from stackcheck.settings.foreign import project_layer, ruff_layer
from stackcheck.settings.layers import Layer, default_layer, part_of, read_layer, selection_of
from stackcheck.settings.options import BY_NAME, RuleOptions, Settings
from stackcheck.settings.tables import (
    OURS,
    PROJECT,
    PYPROJECT,
    RUFF,
    Tables,
    closest,
    read_table,
    table_at,
)
from stackcheck.settings.values import Place, described


@dataclass(frozen=True)
class Loader:
    """What the command line said, and the memory of one run.

    `overrides` maps names of keys to raw values (a list for selectors and globs, a mapping for
    `per-file-ignores` and `target`); a relative path in it starts from `cwd`. `config` is one
    file for all; `isolated` reads nothing. `rule_options` is what the rules declare.
    """

    cwd: Path = field(default_factory=Path.cwd)
    config: Path | None = None
    isolated: bool = False
    overrides: Mapping[str, object] = field(default_factory=dict)
    rule_options: RuleOptions = field(default_factory=dict)
    memo: dict[Path | Sources, Settings] = field(default_factory=dict)

    @cached_property
    def tables(self) -> Tables:
        """The TOML files that this run has read; `files.boundary` shares them."""
        return Tables(self.cwd)


class Sources(NamedTuple):
    """The files that settings are made of: ours, ruff's, and the project's pyproject.toml."""

    ours: Path | None = None
    ruff: Path | None = None
    project: Path | None = None


def settings_in(folder: Path, loader: Loader) -> Settings:
    """The settings of the files in a folder; one value for all folders with the same sources."""
    if folder not in loader.memo:
        sources = _sources_of(loader.cwd / folder, loader)
        if sources not in loader.memo:
            loader.memo[sources] = _merged(sources, loader)
        loader.memo[folder] = loader.memo[sources]
    return loader.memo[folder]


def _sources_of(folder: Path, loader: Loader) -> Sources:
    if loader.isolated:
        return Sources()
    tables = loader.tables
    ruff = closest(RUFF, folder, tables)
    project = closest(PROJECT, folder, tables)
    if not loader.config:
        return Sources(closest(OURS, folder, tables), ruff, project)
    config = Path(os.path.normpath(loader.cwd / loader.config))
    if not config.is_file():
        raise SettingsError(f"--config: there is no file {shown(config, loader.cwd)}")
    if config.name == PYPROJECT and table_at(read_table(config, tables), RUFF.tables[0]) is not None:
        ruff = config
    return Sources(config, ruff, project)


def _merged(sources: Sources, loader: Loader) -> Settings:
    home = sources.ours or sources.project
    root = home.parent if home and not loader.config else loader.cwd
    layers = _layers(sources, root, loader)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        for name, value in layer.values.items():
            option = BY_NAME[name]
            match option.merge:
                case "replace":
                    values[option.field] = value
                case "add":
                    values[option.field] = (*values.get(option.field, ()), *value)  # type: ignore[misc] # the table says so
                case "update":
                    values[option.field] = {**values.get(option.field, {}), **value}  # type: ignore[dict-item] # as above
            if layer is not layers[0]:
                origins[name] = layer.place.file or f"--{name}"
    rules = {
        rule: {
            **{name: option[1] for name, option in options.items()},
            **{name: value for layer in layers for name, value in layer.rules.get(rule, {}).items()},
        }
        for rule, options in loader.rule_options.items()
    }
    selections = tuple(selection for layer in layers if (selection := selection_of(layer)))
    return Settings(root, sources.ours, selections, rules=rules, sources=origins, **values)


def _layers(sources: Sources, root: Path, loader: Loader) -> list[Layer]:
    """From the defaults to the command line; each says more than those before it."""
    layers = [default_layer(root)]
    if sources.project:
        layers.append(project_layer(sources.project, loader.tables))
    if sources.ruff:
        layers.append(ruff_layer(sources.ruff, loader.tables))
    if sources.ours:
        layers += reversed(_extending(sources.ours, loader))
    layers.append(read_layer(loader.overrides, Place("", "", loader.cwd), loader.rule_options))
    return layers


def _extending(path: Path, loader: Loader) -> list[Layer]:
    """The layer of a file, that of the file it extends, and so on."""
    layers: list[Layer] = []
    chain: list[str] = []
    while True:
        name = shown(path, loader.cwd)
        if name in chain:
            raise SettingsError(f"{chain[0]}: `extend` runs in a circle: {' -> '.join([*chain, name])}")
        chain.append(name)
        table, prefix = part_of(path, OURS, loader.tables)
        if not isinstance(table, Mapping):
            raise SettingsError(f"{name}: `stackcheck` in [tool] must be a table, not {described(table)}")
        place = Place(name, prefix, loader.cwd if loader.config else path.parent)
        layers.append(read_layer(table, place, loader.rule_options))
        target = layers[-1].values.get("extend")
        if not isinstance(target, Path):
            return layers
        path = _extended(path, target, place, loader)


def _extended(path: Path, target: Path, place: Place, loader: Loader) -> Path:
    target = Path(os.path.normpath(path.parent / target))
    said = f"{place.where('extend')} names {shown(target, loader.cwd)}"
    if not target.is_file():
        raise SettingsError(f"{said}, which does not exist")
    table = read_table(target, loader.tables)
    if target.name == PYPROJECT and table_at(table, OURS.tables[0]) is None:
        raise SettingsError(f"{said}, which has no [tool.stackcheck]")
    return target
