"""A class of options that models share, made a `ConfigDict` of the same name together with all its uses."""

from __future__ import annotations

from stackcheck import Applicability, Context, Fix, ImportRequest, Kind, Span
from stackcheck_rules.analyses._pydantic_kinds import MODELS
from stackcheck_rules.analyses.config_classes import ConfigClass, config_classes
from stackcheck_rules.analyses.config_shares import Share, Shared, config_shares
from stackcheck_rules.pydantic._config_proof import TAKES
from stackcheck_rules.pydantic._config_text import Line, in_lines_of, lines_of, statement

PLAIN = {"pydantic.BaseConfig", "builtins.object"}
WANTED = ImportRequest("pydantic", "ConfigDict")


def shared_fix(shared: Kind, ctx: Context) -> Fix | None:
    """None where the class or one of its uses cannot follow."""
    users: Shared | None = ctx.fact(config_shares, (shared.file, shared.symbol))
    config: ConfigClass | None = ctx.fact(config_classes, (shared.file, shared.symbol))
    if config is None or users is None or not users.clear or config.nested:
        return None
    if any(ctx.symbol(base, config.owner, shared.file) not in PLAIN for base in config.bases):
        return None
    function = name_in(shared.file, ctx)
    lines = lines_of(config, ctx, file=shared.file, settings=False)
    if lines is None or not function:
        return None
    edits: dict[str, list[tuple[Span, str]]] = {ctx.file: []}
    made = in_lines_of(config, statement(config.name, function, lines, config, ctx))
    spare = [(config.spare, "")] if config.spare is not None else []
    edits.setdefault(shared.file, []).extend([*spare, (config.whole, made)])
    unsafe = any(line.unsafe for line in lines)
    for file, share in users.uses:
        edit = use_edit(share, file, {line.name for line in lines}, ctx)
        if edit is None:
            return None
        span, code, also_unsafe = edit
        unsafe = unsafe or also_unsafe
        if code:
            edits.setdefault(file, []).append((span, code))
    safety: Applicability = "unsafe" if unsafe else "safe"
    others = tuple(ctx.edit_in(file, each, (WANTED,)) for file, each in edits.items() if file != ctx.file)
    return Fix(ctx.edits(edits[ctx.file]), f"Make `{config.name}` a `ConfigDict`", (WANTED,), safety, others)


def name_in(file: str, ctx: Context) -> str:
    """How `ConfigDict` is written in a file; empty where its name is taken."""
    if file == ctx.file:
        written = ctx.name("pydantic.ConfigDict")
        return written.code if written else ""
    bound = ctx.bindings(Kind("module", "", file), "ConfigDict")
    return "ConfigDict" if all(expr == ("from", "pydantic", "ConfigDict") for expr in bound) else ""


def use_edit(share: Share, file: str, names: set[str], ctx: Context) -> tuple[Span, str, bool] | None:
    """What becomes of one use: a span, the new code if it changes, whether that is unsafe."""
    if share.form == "keyword":
        takes = ctx.symbol(share.function, share.scope, file) in TAKES
        return (share.whole, "", False) if takes else None
    owner = Kind("class", share.scope, file)
    if (
        ctx.instance(owner).word not in MODELS
        or ctx.instance(owner).word == "settings"
        or ctx.bindings(owner, "model_config")
    ):
        return None
    if share.form == "assign":
        return share.whole, f"model_config = {share.code}", False
    config: ConfigClass | None = ctx.fact(config_classes, (file, f"{share.scope}.Config"))
    if config is None or len(config.bases) != 1 or file != ctx.file:
        return None
    lines = lines_of(config, ctx, file=file, settings=False)
    function = name_in(file, ctx)
    if lines is None or not function or names & {line.name for line in lines if line.code}:
        return None
    if any(line.function or line.method for line in lines):
        return None  # neither would stand anywhere
    unsafe = any(line.unsafe for line in lines)
    if not any(line.code or line.above or line.beside for line in lines) and not (config.header or config.footer):
        return config.whole, f"model_config = {share.code}", unsafe
    spread = Line(f"**{share.code}")
    made = statement("model_config", function, [spread, *lines], config, ctx)
    return config.whole, in_lines_of(config, made), unsafe
