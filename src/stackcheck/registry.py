"""Rules from installed plugins: found by entry point, named by their files, refused when malformed."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from stackcheck.rule import Rule

GROUP = "stackcheck.rules"
CODE = re.compile(r"[A-Z]{1,5}[0-9]{3,4}\Z")


class RuleError(Exception):
    """A plugin that cannot be used; the text names it and says what is wrong."""


def load_rules(paths: tuple[Path, ...] = ()) -> tuple[Rule, ...]:
    """Every rule of the installed plugins and of the packages at `paths`, in the order of codes."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[Rule, str]] = {}
    packages = [(entry.name, entry.value) for entry in entry_points(group=GROUP)]
    for plugin, package in sorted(packages):
        _add(found, _import(package, plugin), plugin)
    for path in paths:
        _add(found, _import_path(path), str(path))
    return tuple(rule for _, (rule, _) in sorted(found.items()))


def _add(found: dict[str, tuple[Rule, str]], package: ModuleType, plugin: str) -> None:
    for module in _modules(package):
        rule = getattr(module, "rule", None)
        if not isinstance(rule, Rule):
            continue
        _complete(rule, module, plugin)
        if rule.code in found and found[rule.code][0] is not rule:
            other, first = found[rule.code]
            raise RuleError(f"{rule.code} is in {other.module} ({first}) and in {rule.module} ({plugin})")
        found[rule.code] = (rule, plugin)


def _complete(rule: Rule, module: ModuleType, plugin: str) -> None:
    rule.module = module.__name__
    rule.name = module.__name__.rpartition(".")[2].replace("_", "-")
    rule.family = module.__name__.split(".")[-2].replace("_", "-") if "." in module.__name__ else ""
    rule.page = module.__doc__ or ""
    if not CODE.match(rule.code):
        raise RuleError(f"{rule.module} ({plugin}): `{rule.code}` is no code; use letters and three digits")
    if not rule.page.strip():
        raise RuleError(f"{rule.module} ({plugin}): a rule needs a page, as its module's docstring")


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    path = getattr(package, "__path__", None)
    if path is None:
        yield package
        return
    for info in pkgutil.walk_packages(path, f"{package.__name__}."):
        if not info.name.rpartition(".")[2].startswith("_"):
            yield importlib.import_module(info.name)


def _import(package: str, plugin: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise RuleError(f"plugin {plugin}: cannot import {package}: {error}") from None


def _import_path(path: Path) -> ModuleType:
    """A package folder or a single module, given on the command line."""
    target = path / "__init__.py" if path.is_dir() else path
    if not target.is_file():
        raise RuleError(f"--rules {path}: no such module or package")
    name = path.resolve().name.removesuffix(".py")
    inside = [str(path.resolve())] if path.is_dir() else None
    spec = importlib.util.spec_from_file_location(name, target, submodule_search_locations=inside)
    if spec is None or spec.loader is None:
        raise RuleError(f"--rules {path}: not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a plugin's own code, of any kind
        raise RuleError(f"--rules {path}: {type(error).__name__}: {error}") from None
    return module
