"""The commands that only show: pages of rules, the rule table, configuration keys; and `clean`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from stackcheck.registry import load_rules
from stackcheck.rule import Rule
from stackcheck.settings.error import SettingsError, did_you_mean
from stackcheck.settings.options import BY_NAME, Option

CACHE = ".stackcheck_cache"
UNREADABLE = """A file that cannot be read, decoded or written

## Why is this bad?

Nothing in it was checked, or nothing in it was fixed: a run that said nothing of it would look clean.
The message gives the system's reason: no permission, a broken link, bytes that are not of the
file's encoding, or, under `--fix`, a file that has changed since it was read, that has other hard
links, or whose mode and owner cannot be kept.

It cannot be deselected or suppressed.
"""
NO_PYTHON = """A file that is not Python

## Why is this bad?

It does not run. Nothing else in it is checked and nothing is fixed. A file whose syntax is newer than
the Python that runs stackcheck is not reported: it is checked by the rules that can read it, and
stderr says how many such files there are.

It cannot be deselected or suppressed.
"""
ALWAYS = (
    Rule("STK000", name="unreadable-file", family="stackcheck", page=UNREADABLE),
    Rule("STK001", name="syntax-error", family="stackcheck", page=NO_PYTHON),
)


def show_rule(word: str | None, every: bool, output_format: str) -> int:
    """Print a rule's page as Markdown, or as JSON."""
    known = (*ALWAYS, *load_rules())
    if every:
        chosen: Sequence[Rule] = known
    elif word is None:
        raise SettingsError("`stackcheck rule` takes a code or a name, or `--all`")
    else:
        chosen = [rule for rule in known if word in {rule.code, rule.name}]
        if not chosen:
            names = [name for rule in known for name in (rule.code, rule.name)]
            hint = did_you_mean(word, names, "; `stackcheck rules` lists them")
            raise SettingsError(f"unknown rule `{word}`{hint}")
    if output_format == "json":
        import json

        objects = [as_object(rule) for rule in chosen]
        print(json.dumps(objects if every else objects[0], indent=2))
        return 0
    if output_format != "text":
        raise SettingsError(f"--output-format: `{output_format}` is neither `text` nor `json`")
    print("\n\n".join(page_of(rule) for rule in chosen))
    return 0


def page_of(rule: Rule) -> str:
    """The page of a rule, as Markdown."""
    summary, _, rest = rule.page.strip().partition("\n")
    fix = "A fix is available for some findings." if "## Fix safety" in rule.page else "There is no fix."
    default = "on by default" if rule.default else "off by default"
    lines = [f"# {rule.name} ({rule.code})", "", f"{summary}.", "", f"{fix} Severity {rule.severity}, {default}."]
    before, heading, references = rest.rstrip().partition("\n## References")
    options = [f"- `{name}` (default `{json_like(one.default)}`): {one.text}" for name, one in rule.options.items()]
    where = f"Under `[tool.stackcheck.{rule.name}]`:"
    shown = ["", "## Options", "", where, "", *options] if options else []
    return "\n".join([*lines, before.rstrip(), *shown, f"{heading}{references}"])


def json_like(value: object) -> str:
    """A default as TOML writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_object(rule: Rule) -> dict[str, object]:
    """A rule as data, with ruff's keys where ruff has them."""
    return {
        "name": rule.name,
        "code": rule.code,
        "linter": rule.family,
        "summary": rule.summary,
        "fix_availability": "Sometimes" if "## Fix safety" in rule.page else "None",
        "severity": rule.severity,
        "default": rule.default,
        "preview": rule.preview,
        "explanation": rule.page,
        "options": {name: {"default": option.default, "text": option.text} for name, option in rule.options.items()},
        "status": {"Stable": {"since": rule.since}},
    }


def rule_table(rules: Sequence[Rule]) -> str:
    """The rules as a Markdown table, as the README shows it."""
    rows = ["| code | name | finds | fix | default |", "| --- | --- | --- | --- | --- |"]
    for rule in (*ALWAYS, *rules):
        fix = "yes" if "## Fix safety" in rule.page else ""
        default = "always" if rule in ALWAYS else "on" if rule.default else "off"
        rows.append(f"| {rule.code} | `{rule.name}` | {rule.summary} | {fix} | {default} |")
    return "\n".join(rows)


def list_rules(output_format: str) -> int:
    """Print the rule table, or all rules as JSON."""
    if output_format == "json":
        import json

        print(json.dumps([as_object(rule) for rule in load_rules()], indent=2))
        return 0
    if output_format != "text":
        raise SettingsError(f"--output-format: `{output_format}` is neither `text` nor `json`")
    print(rule_table(load_rules()))
    return 0


def show_config(key: str | None) -> int:
    """Print the names of all keys, or what one of them means."""
    if key is None:
        width = max(len(name) for name in BY_NAME)
        print("\n".join(f"{name:<{width}}  {option.text}" for name, option in BY_NAME.items()))
        return 0
    if key not in BY_NAME:
        raise SettingsError(f"unknown key `{key}`{did_you_mean(key, BY_NAME, '; `stackcheck config` lists them')}")
    print(option_page(BY_NAME[key]))
    return 0


def option_page(option: Option) -> str:
    """What a key means, its default and its type."""
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    return f"{option.text}\n\nDefault value: {default}\nType: {option.kind}"


def clean_caches(folder: Path) -> int:
    """Remove the cache folders at and below a folder."""
    for cache in [folder / CACHE, *sorted(folder.glob(f"**/{CACHE}"))]:
        if cache.is_dir() and not cache.is_symlink():
            print(f"Removing cache at: {cache.relative_to(folder)}", file=sys.stderr)
            shutil.rmtree(cache, ignore_errors=True)
    return 0
