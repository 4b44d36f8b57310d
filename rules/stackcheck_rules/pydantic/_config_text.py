"""A class that holds options, written as a call of `ConfigDict`."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import NamedTuple

from stackcheck import Context, ImportRequest
from stackcheck_rules.analyses._config_parts import Part
from stackcheck_rules.analyses.config_classes import ConfigClass
from stackcheck_rules.pydantic._config_keys import RENAMED, SAME, VALIDATE_BY_NAME, became
from stackcheck_rules.pydantic._getter_dict import NAME, as_validator

NO_GENERATOR = "2.10"  # since when `schema_generator` has no effect
FUNCTIONS = {"alias_generator", "json_schema_extra", "schema_extra"}
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Line(NamedTuple):
    """One option as an argument, with its comments; `code` is empty where v2 needs no such option."""

    code: str
    above: tuple[str, ...] = ()
    beside: str = ""
    unsafe: bool = False
    function: str = ""  # to be put before the model
    method: str = ""  # to be put into it
    requests: tuple[ImportRequest, ...] = ()

    @property
    def name(self) -> str:
        return self.code.partition("=")[0]


def lines_of(config: ConfigClass, ctx: Context, *, file: str, settings: bool) -> list[Line] | None:
    """The options that a class sets; None where it is more than a list of options."""
    if not config.plain or config.again:
        return None
    given = {part.name: part.code for part in config.parts if part.form == "option"}
    newer = "populate_by_name" not in given and ctx.allows("pydantic", VALIDATE_BY_NAME)
    by_name = "validate_by_name" if newer else "populate_by_name"
    found: list[Line] = []
    names: set[str] = set()
    for part in config.parts:
        line = line_of(part, config, ctx, file, by_name, settings=settings)
        if line is None:
            return None
        if line.code and part.name != line.name and f"{line.name}={given.get(line.name)}" == line.code:
            line = line._replace(code="", unsafe=False)  # set under its new name too
        if line.code and line.name in names:
            return None
        names.add(line.name)
        found.append(line)
    return found if len(names & SAME) < 2 else None


def line_of(part: Part, config: ConfigClass, ctx: Context, file: str, by_name: str, *, settings: bool) -> Line | None:
    match part.form:
        case "nothing":
            return Line("", part.above, part.beside)
        case "text":
            words = (f"# {line}".rstrip() for line in cleandoc(part.code).split("\n"))
            return Line("", (*part.above, *words), part.beside)
        case "option" if not is_shadowed(part, config, ctx, file):
            return option_line(part, config, ctx, file, by_name, settings=settings)
        case "function" if part.name in FUNCTIONS and part.kind == "function":
            return function_line(part, config, ctx, file)
        case "function" if part.name == NAME and part.kind == "function" and config.nested and not settings:
            return method_line(part, config, ctx, file)
    return None


def option_line(
    part: Part, config: ConfigClass, ctx: Context, file: str, by_name: str, *, settings: bool
) -> Line | None:
    if part.name == "schema_generator" and ctx.allows("pydantic", NO_GENERATOR):
        return Line("", part.above, part.beside)
    code = without_extra(part, config, ctx, file)
    made = became(part.name, code, by_name, settings=settings) if code else None
    if made is None:
        return None
    # What a function finds in the schema is not what it found there under v1.
    calls = made.name == "json_schema_extra" and part.name != made.name and is_function(part, config, ctx, file)
    return Line(f"{made.name}={made.code}" if made.name else "", part.above, part.beside, made.unsafe or calls)


def is_function(part: Part, config: ConfigClass, ctx: Context, file: str) -> bool:
    wrapped = part.expr[:2] == ("call", ("name", "staticmethod"))
    return wrapped or part.kind == "lambda" or ctx.kind(part.expr, config.qualname, file).word == "function"


def function_line(part: Part, config: ConfigClass, ctx: Context, file: str) -> Line | None:
    """A function of the class, put before the model under a name of its own."""
    if config.before is None or file != ctx.file or "#" in config.owner or is_shadowed(part, config, ctx, file):
        return None
    model = config.owner.rpartition(".")[2].lstrip("_")
    name = "_" + "_".join([*WORDS.split(model), part.name]).lower()
    if any(name in scope.bindings for scope in ctx.outline.scopes.values()):
        return None
    source = re.sub(rf"\bdef\s+{part.name}\b", f"def {name}", part.code, count=1)
    function = "\n".join([*part.above, f"{source}  {part.beside}" if part.beside else source])
    key = RENAMED.get(part.name, part.name)
    return Line(f"{key}={name}", function=function, unsafe=part.name == "schema_extra")


def method_line(part: Part, config: ConfigClass, ctx: Context, file: str) -> Line | None:
    """A function of the class, put into the model as a validator."""
    if file != ctx.file or part.beside or is_shadowed(part, config, ctx, file):
        return None
    made = as_validator(part, config, ctx)
    if made is None:
        return None
    code = "\n".join([*part.above, made.code])
    return Line("", unsafe=True, method=code, requests=made.requests)


def without_extra(part: Part, config: ConfigClass, ctx: Context, file: str) -> str:
    """The value with the plain words for `Extra.forbid`; empty where something of `Extra` would be left."""
    code = part.code
    for chain in reversed(part.chains):
        word = extra_word(ctx.symbol(chain.expr, config.qualname, file))
        if word:
            code = f'{code[: chain.start]}"{word}"{code[chain.end :]}'
    left = (name for name in part.names if re.search(rf"\b{name}\b", code))
    if re.search(r"\bExtra\b", code) or any(
        ctx.symbol(("name", name), config.qualname, file) == "pydantic.Extra" for name in left
    ):
        return ""
    match part.expr:
        # v1 kept a function from becoming a method so.
        case ("call", ("name", "staticmethod"), [_], []):
            return code.partition("(")[2].rpartition(")")[0].strip()
    return code


def extra_word(symbol: str) -> str:
    """`forbid` for `pydantic.Extra.forbid`, with `.value` or `.name` or without."""
    home, _, word = symbol.removesuffix(".value").removesuffix(".name").rpartition(".")
    return word if home == "pydantic.Extra" and word in {"allow", "forbid", "ignore"} else ""


def is_shadowed(part: Part, config: ConfigClass, ctx: Context, file: str) -> bool:
    """Whether a name that a value reads is bound in the class itself, or in the model around it."""
    bound = {other.name for other in config.parts}
    if config.nested:
        bound |= ctx.outline.scopes[config.owner].bindings.keys() if file == ctx.file else set(part.names)
    return bool(bound & set(part.names))


def statement(target: str, function: str, lines: list[Line], config: ConfigClass, ctx: Context) -> str:
    """`model_config = ConfigDict(…)`, over several lines where it is long or where comments stand."""
    codes = [line.code for line in lines if line.code]
    short = f"{target} = {function}({', '.join(codes)})"
    comments = [config.header, *config.footer, *(line.beside for line in lines)]
    comments += [row for line in lines for row in line.above if not line.function]
    beside = config.header or (lines[0].beside if len(lines) == 1 else "")
    if beside and comments.count("") == len(comments) - 1:
        short, comments = f"{short}  {beside}", []  # the only comment, on the class or on its only option
    if not any(comments) and "\n" not in short and len(config.prefix.expandtabs(4)) + len(short) <= ctx.line_length:
        return short
    rows = [f"{target} = {function}({config.header and '  '}{config.header}"]
    for line in lines:
        above = () if line.function else line.above
        beside = f"{line.beside}" if not line.code else f"{line.code},{line.beside and '  '}{line.beside}"
        rows += [f"{config.inner}{row}" for row in (*above, beside) if row]
    rows += [f"{config.inner}{row}" for row in config.footer]
    return "\n".join([*rows, f"{config.prefix})"])


def in_lines_of(config: ConfigClass, code: str) -> str:
    """Code with the line ends of a class's file."""
    return code.replace("\r\n", "\n").replace("\n", config.newline)
