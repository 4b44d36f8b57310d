"""The fix of a nested `class Config`: `model_config` in its place, and what goes with it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from stackcheck import Applicability, Context, FileEdit, Fix, Kind, Span
from stackcheck_rules.analyses.config_classes import ConfigClass
from stackcheck_rules.analyses.config_reads import config_reads
from stackcheck_rules.analyses.version_branches import version_branches
from stackcheck_rules.pydantic._config_fields import moved_fields
from stackcheck_rules.pydantic._config_reads import model_of, replacement
from stackcheck_rules.pydantic._config_shared import shared_fix
from stackcheck_rules.pydantic._config_text import Line, in_lines_of, lines_of, statement

Edits = list[tuple[Span, str]]


def nested_fix(config: ConfigClass, ctx: Context) -> Fix | None:
    """`model_config = ConfigDict(…)` for a `class Config`; None where something of it would be lost."""
    model = Kind("class", config.owner, ctx.file)
    shared = next(shared_bases(config, ctx), None)
    if shared is not None:
        return shared_fix(shared, ctx)
    if ctx.bindings(model, "model_config") or not all_known_bases(config, model, ctx):
        return None
    if any(ancestor.symbol == "pydantic.BaseSettings" for ancestor in ctx.ancestry(model).classes):
        return None  # gone from Pydantic v2: the import must move first
    settings = ctx.instance(model).word == "settings"
    function = ctx.name("pydantic_settings.SettingsConfigDict" if settings else "pydantic.ConfigDict")
    moved, reads = moved_fields(config, ctx), moved_reads(model, ctx)
    if moved is None or reads is None or function is None:
        return None
    lines = lines_of(moved.config, ctx, file=ctx.file, settings=settings)
    if lines is None:
        return None
    here, others = reads
    new = config_edit(config, lines, function.code, ctx)
    edits = [(span, in_lines_of(config, code)) for span, code in
             (*here, *moved.edits, *function_edits(config, lines), new)]  # fmt: skip
    # What reads an option of some model, we know not which, may read it here.
    read = any(ctx.fact(config_reads, ("", part.name)) for part in config.parts)
    safety: Applicability = "unsafe" if read or moved.unsafe or any(line.unsafe for line in lines) else "safe"
    title = "Replace `class Config` by `model_config`" if new[1] else "Remove the empty `class Config`"
    added = [request for line in lines for request in line.requests]
    requests = (*moved.requests, *(function.requests if new[1] else ()), *added)
    return Fix(ctx.edits(edits), title, requests, safety, others)


def config_edit(config: ConfigClass, lines: list[Line], function: str, ctx: Context) -> tuple[Span, str]:
    """What stands in place of the class, if anything has to."""
    comments = [config.header, *config.footer, *(line.beside for line in lines)]
    methods = [in_class(line.method, config) for line in lines if line.method]
    options = any(comments) or any(line.code or line.above for line in lines)
    if options or (not methods and (config.alone or config.described)):
        return config.whole, "\n\n".join([statement("model_config", function, lines, config, ctx), *methods])
    return (config.whole, "\n\n".join(methods).removeprefix(config.prefix)) if methods else (config.gap, "")


def shared_bases(config: ConfigClass, ctx: Context) -> Iterator[Kind]:
    """The classes of the project, other than the `Config` of a model, that a `class Config` inherits from."""
    for base in config.bases:
        kind = ctx.kind(base, config.owner)
        if kind.word == "class" and kind.file and base[::2] != ("attr", "Config"):
            yield kind


def function_edits(config: ConfigClass, lines: list[Line]) -> Edits:
    """The functions of the class, in front of the model."""
    functions = [line.function for line in lines if line.function]
    if not functions or config.before is None:
        return []
    indent = config.prefix[: -len(config.inner) + len(config.prefix)] if config.prefix else ""
    between = "\n\n\n" if not indent else "\n\n"
    text = between.join("\n".join(indent + row if row else row for row in each.split("\n")) for each in functions)
    return [(config.before, f"{text}{between}")]


def in_class(method: str, config: ConfigClass) -> str:
    """A method as it stands in the model."""
    return "\n".join(config.prefix + row if row else row for row in method.split("\n"))


def all_known_bases(config: ConfigClass, model: Kind, ctx: Context) -> bool:
    """Whether the bases of the class add nothing: `BaseConfig`, or the `Config` of a base of the model."""
    for base in config.bases:
        match base:
            # Pydantic v2 merges the options of the base classes into `model_config` by itself.
            case ("attr", owner, "Config") if ctx.kind(owner, config.owner) in ctx.ancestry(model).classes[1:]:
                continue
        if ctx.symbol(base, config.owner) not in {"pydantic.BaseConfig", "builtins.object"}:
            return False
    return True


def moved_reads(model: Kind, ctx: Context) -> tuple[Edits, tuple[FileEdit, ...]] | None:
    """Edits of the places that read the class, here and in other files; None where one cannot follow."""
    closed = ctx.facts(version_branches)
    here: Edits = []
    elsewhere: dict[str, Edits] = {}
    for file, read in ctx.fact(config_reads, (model.file, model.symbol)) or ():
        reader = model_of(read, file, ctx)
        code = replacement(read, reader, ctx, model) if reader else None
        if code is None or (file == ctx.file and any(begins_in(read.whole, span) for span in closed)):
            return None
        (here if file == ctx.file else elsewhere.setdefault(file, [])).append((read.whole, code))
    return here, tuple(ctx.edit_in(file, edits) for file, edits in elsewhere.items())


def begins_in(at: Span, around: Span) -> bool:
    return around[:2] <= at[:2] < around[2:]
