"""Selection as ruff does it: codes, prefixes, names and `ALL`; the most specific one wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stackcheck.finding import Severity
from stackcheck.settings.error import SettingsError, did_you_mean
from stackcheck.settings.globs import matcher
from stackcheck.settings.options import FileIgnores, Selection, Settings

# A file that cannot be read or parsed is always a finding.
ALWAYS = frozenset({"STK000", "STK001"})
EVERYTHING = "ALL"
EXACT = 99


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What selection must know of a rule; `default` is whether it is on without being selected."""

    code: str
    name: str
    default: bool = True
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """The codes that are checked, those whose fixes may be applied, and remarks for stderr."""

    codes: frozenset[str]
    fixable: frozenset[str]
    warnings: tuple[str, ...] = ()


def select(settings: Settings, rules: Sequence[RuleInfo]) -> Selected:
    """The rules that the settings select. SettingsError for a selector that matches no rule."""
    shut = frozenset(rule.code for rule in rules if rule.preview and not settings.preview)
    codes = frozenset(rule.code for rule in rules if rule.default) - shut
    fixable = ALWAYS | {rule.code for rule in rules}
    warnings: list[str] = []
    for layer in settings.selections:
        wanted = _resolved([("select", layer.select or ()), ("extend-select", layer.extend_select)], layer, rules)
        ignored = _resolved([("ignore", layer.ignore)], layer, rules)
        base = codes if layer.select is None else frozenset[str]()
        codes = _applied(base, wanted, ignored) - shut
        warnings += [_no_effect(code) for level, found in wanted if level == EXACT for code in found & shut]
        allowed = _resolved([("fixable", layer.fixable or ())], layer, rules)
        refused = _resolved([("unfixable", layer.unfixable)], layer, rules)
        fixable = _applied(fixable if layer.fixable is None else frozenset(), allowed, refused)
    return Selected(codes | ALWAYS, fixable, tuple(dict.fromkeys(warnings)))


def file_ignores(settings: Settings, rules: Sequence[RuleInfo]) -> Callable[[Path], frozenset[str]]:
    """Asks of an absolute path which codes `per-file-ignores` takes away there."""
    entries = [(matcher((entry.glob,)), entry.negated, _codes_of(entry, rules)) for entry in settings.per_file_ignores]

    def ignored(path: Path) -> frozenset[str]:
        text, name = str(path), path.name
        found = [codes for matches, negated, codes in entries if matches(text, name) != negated]
        return frozenset().union(*found) - ALWAYS

    return ignored


def severities(settings: Settings, rules: Sequence[RuleInfo]) -> dict[str, Severity]:
    """The table `severity` by code. SettingsError for a key that is no rule's code or name."""
    codes = {rule.code: rule.code for rule in rules} | {code: code for code in ALWAYS}
    codes |= {rule.name: rule.code for rule in rules}
    for word in settings.severity:
        if word not in codes:
            raise _unknown(word, codes, settings.sources.get("severity", ""), "severity")
    return {codes[word]: severity for word, severity in settings.severity.items()}


Resolved = list[tuple[int, frozenset[str]]]


def _resolved(lists: Iterable[tuple[str, Sequence[str]]], layer: Selection, rules: Sequence[RuleInfo]) -> Resolved:
    return [_resolve(word, rules, layer.source, key) for key, words in lists for word in words]


def _applied(base: frozenset[str], added: Resolved, removed: Resolved) -> frozenset[str]:
    """`base` after one layer: from the least specific selectors to the most, ignoring last."""
    steps = [(level, 0, codes) for level, codes in added] + [(level, 1, codes) for level, codes in removed]
    for _, removes, codes in sorted(steps, key=lambda step: step[:2]):
        base = base - codes if removes else base | codes
    return base


def _codes_of(entry: FileIgnores, rules: Sequence[RuleInfo]) -> frozenset[str]:
    found = [_resolve(word, rules, entry.source, "per-file-ignores")[1] for word in entry.selectors]
    return frozenset().union(*found)


def _resolve(word: str, rules: Sequence[RuleInfo], source: str, key: str) -> tuple[int, frozenset[str]]:
    """How specific a selector is, and the codes that it stands for."""
    known = ALWAYS | {rule.code for rule in rules}
    if word == EVERYTHING:
        return 0, known
    if word in known:
        return EXACT, frozenset({word})
    named = frozenset(rule.code for rule in rules if rule.name == word)
    if named:
        return EXACT, named
    letters = word.rstrip("0123456789")
    if re.fullmatch("[A-Z]+", letters):
        found = frozenset(code for code in known if code.startswith(word) and _letters(code) == letters)
        if found:
            return len(word), found
    raise _unknown(word, [*known, *(rule.name for rule in rules)], source, key)


def _letters(code: str) -> str:
    return code.rstrip("0123456789")


def _unknown(word: str, names: Iterable[str], source: str, key: str) -> SettingsError:
    where, in_key = (source, f" in `{key}`") if source and not source.startswith("--") else (f"--{key}", "")
    if not word:
        return SettingsError(f"{where}: an empty selector{in_key}; write a code, a name or `{EVERYTHING}`")
    prefixes = {code[: len(_letters(code)) + n] for code in names if code.isupper() for n in (0, 1)}
    hint = did_you_mean(word, sorted({*names, *prefixes, EVERYTHING}), "; `stackcheck rules` lists them")
    return SettingsError(f"{where}: unknown rule `{word}`{in_key}{hint}")


def _no_effect(code: str) -> str:
    return f"selecting `{code}` has no effect because preview is not enabled"
