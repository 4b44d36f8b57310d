"""What classes say as Pydantic 1's settings did: names of variables, env files, sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from stackcheck import Analysis, Context, Evaluator, Kind, Outline, Span, definitions, nodes_of, words_in
from stackcheck_rules.analyses._settings_env import Edits, EnvName, env_arguments, env_options
from stackcheck_rules.analyses._settings_options import OptionPlace, option_place
from stackcheck_rules.analyses._settings_sources import Sources, sources_of
from stackcheck_rules.analyses._source_text import SourceText, source_text, without_statement

SAID, SAID_IN = {"env", "alias"}, ("env_file", "customise_sources", "parse_env_var")
SAYS = re.compile(r"\benv\s*=|[\"']env[\"']|_?env_file\b|customise_sources|parse_env_var|\balias\s*=")


class SettingsClass(NamedTuple):
    """`options` are the names from `Config.fields`; `spare` takes that away, `instead` puts another option there.

    `parses` is where `parse_env_var` is defined, `aliases` are fields with an alias and no `env`.
    """

    qualname: str
    at: Span
    place: OptionPlace
    env_file: bool
    arguments: tuple[EnvName, ...]
    options: tuple[EnvName, ...]
    spare: Edits
    instead: Span | None
    aliases: tuple[tuple[str, Span], ...]
    sources: Sources | None
    parses: Span | None


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[SettingsClass]:
    said = not SAID.isdisjoint(words_in(text)) or any(word in text for word in SAID_IN)
    if not said or not SAYS.search(text):
        return
    source: SourceText | None = None
    called = "_env_file" in text
    for qualname, node in zip(outline.numbered()[1:], definitions(tree), strict=True):
        if isinstance(node, ast.ClassDef) and node.bases and (called or may_say(node)):
            source = source or source_text(text)
            found = settings_class(qualname, node, source)
            if (
                called
                or found.env_file
                or found.arguments
                or found.options
                or found.aliases
                or found.sources
                or found.parses
            ):
                yield found


def may_say(node: ast.ClassDef) -> bool:
    """A quick look at a class: options, or a field that is made by a call with one of the wanted arguments."""
    for line in node.body:
        match line:
            case ast.ClassDef(name="Config") | ast.Assign(targets=[ast.Name(id="model_config")]):
                return True
            case ast.AnnAssign(annotation=note, value=value):
                parts = [value] if isinstance(note, ast.Name) else [value, *nodes_of(note)]
                if any(isinstance(part, ast.Call) and has_argument(part) for part in parts):
                    return True
            case ast.Assign(value=ast.Call() as call) if has_argument(call):
                return True
    return False


def has_argument(call: ast.Call) -> bool:
    return any(word.arg in {"env", "alias"} for word in call.keywords)


def settings_class(qualname: str, node: ast.ClassDef, source: SourceText) -> SettingsClass:
    config = next((line for line in node.body if isinstance(line, ast.ClassDef) and line.name == "Config"), None)
    inside = config.body if config else []
    line = next((line for line in inside if is_option(line, "fields")), None)
    entries = line.value if isinstance(line, ast.Assign) and isinstance(line.value, ast.Dict) else None
    options = tuple(env_options(node, entries, source)) if entries else ()
    spare: Edits = ()
    if config and line and entries and len(options) == len(entries.keys):
        block, part = (node, config) if len(inside) == 1 else (config, line)
        spare = (without_statement(part, source, first=part is block.body[0], last=part is block.body[-1]),)
    head = source.line(node.lineno).index(node.name, source.span(node).column + 4) + 1
    return SettingsClass(
        qualname,
        Span(node.lineno, head, node.lineno, head + len(node.name)),
        option_place(node, source),
        any(is_option(part, "env_file") for part in inside) or sets_env_file(node),
        tuple(env_arguments(node, source)),
        options,
        spare,
        source.span(line) if line and spare else None,
        tuple(aliased(node, source)),
        sources_of(node, config, source) if config else None,
        next((source.span(part) for part in inside if is_function(part, "parse_env_var")), None),
    )


def is_option(line: ast.stmt, name: str) -> bool:
    match line:
        case ast.Assign(targets=[ast.Name(id=key)]) | ast.AnnAssign(target=ast.Name(id=key)):
            return key == name
    return False


def is_function(line: ast.stmt, name: str) -> bool:
    return isinstance(line, ast.FunctionDef) and line.name == name


def sets_env_file(node: ast.ClassDef) -> bool:
    """Whether a `model_config` names an env file."""
    for line in node.body:
        match line:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Call(keywords=words)):
                return any(word.arg == "env_file" for word in words)
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Dict(keys=keys)):
                return any(isinstance(key, ast.Constant) and key.value == "env_file" for key in keys)
    return False


def aliased(node: ast.ClassDef, source: SourceText) -> Iterator[tuple[str, Span]]:
    for line in node.body:
        match line:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(keywords=words)):
                given = {word.arg: word for word in words}
                if "alias" in given and not given.keys() & {"env", "validation_alias"}:
                    yield name, source.span(given["alias"])


def is_settings(kind: Kind, asked: Context | Evaluator) -> bool:
    """Whether a class is proven to be settings."""
    return asked.instance(kind).word == "settings"


settings_classes = Analysis("settings-classes", collect)
