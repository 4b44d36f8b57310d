"""Calls of `parse_obj_as`, `schema_of` and their like as calls of a `TypeAdapter`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from stackcheck import Applicability, Context, ImportRequest, Span
from stackcheck_rules.analyses._source_text import SourceText
from stackcheck_rules.analyses.tool_uses import Passed, ToolUse

PARAMETERS = {
    "parse_file_as": ("type_", "path"),
    "parse_obj_as": ("type_", "obj"),
    "parse_raw_as": ("type_", "b"),
    "schema_json_of": ("type_",),
    "schema_of": ("type_",),
}
# Arguments of `json_schema`; what else `schema_json_of` is given goes to `json.dumps`.
SCHEMA = ("by_alias", "ref_template", "schema_generator")
UTF8 = {"utf8", "utf-8", "UTF-8", "UTF8"}


class Rewritten(NamedTuple):
    edits: tuple[tuple[Span, str], ...]
    imports: tuple[ImportRequest, ...]
    safety: Applicability = "safe"


def rewritten(name: str, use: ToolUse, source: SourceText, ctx: Context) -> Rewritten | None:
    """The same call of a `TypeAdapter`; None where it has no such thing."""
    given = arguments(use, PARAMETERS[name])
    adapter = ctx.name("pydantic.TypeAdapter")
    if given is None or adapter is None or "type_" not in given or given["type_"].text is not None:
        return None
    if name in {"schema_of", "schema_json_of"}:
        return schema(name, use, given, adapter.code, adapter.requests, source, ctx)
    value = PARAMETERS[name][1]
    options = {word: passed for word, passed in given.items() if word not in PARAMETERS[name]}
    if value not in given or not all(is_usual(word, passed) for word, passed in options.items()):
        return None
    before, after, requests = reader(name, given[value], use.scope, ctx)
    if before is None:
        return None
    edits = in_place(use, given["type_"], given[value], adapter.code, before, after, source)
    # What is no JSON raised `JSONDecodeError` in version 1, and raises `ValidationError` in version 2.
    caught = name != "parse_obj_as" and "JSONDecodeError" in ctx.text
    return Rewritten(edits, (*adapter.requests, *requests), "unsafe" if caught else "safe") if edits else None


def arguments(use: ToolUse, parameters: tuple[str, ...]) -> Mapping[str, Passed] | None:
    """The arguments by the names of their parameters; None where something is unpacked."""
    passed = use.passed or ()
    positional = [each for each in passed if not each.name]
    if any(each.name == "*" for each in passed) or len(positional) > len(parameters):
        return None
    return {**dict(zip(parameters, positional, strict=False)), **{each.name: each for each in passed if each.name}}


def is_usual(word: str, passed: Passed) -> bool:
    """Whether an argument asks for what happens anyway."""
    match word:
        case "type_name":
            return True
        case "encoding":
            return passed.text in UTF8
        case "content_type":
            return passed.text is not None and passed.text.endswith(("json", "javascript"))
        case "proto":
            return bool(passed.expr[0] == "attr" and passed.expr[2] == "json")
        case "allow_pickle":
            return passed.expr == ("const", False)
    return False


def reader(name: str, value: Passed, scope: str, ctx: Context) -> tuple[str | None, str, tuple[ImportRequest, ...]]:
    """What stands before and after the value in the new call, and the imports that it needs."""
    if name == "parse_obj_as":
        return "validate_python(", "", ()
    if name == "parse_raw_as":
        return "validate_json(", "", ()
    path = ctx.name("pathlib.Path")
    if path is None:
        return None, "", ()
    known = ctx.kind(value.expr, scope)
    is_path = known.certain and known.word == "instance" and known.symbol == "pathlib.Path"
    if is_path or (value.expr[0] == "call" and ctx.symbol(value.expr[1], scope) == "pathlib.Path"):
        return "validate_json(", ".read_bytes()", ()
    return f"validate_json({path.code}(", ").read_bytes()", path.requests


def in_place(
    use: ToolUse, cls: Passed, value: Passed, adapter: str, before: str, after: str, source: SourceText
) -> tuple[tuple[Span, str], ...]:
    """Edits around the type and the value; empty where a comment or another order is in the way."""
    last = max(each.whole[2:] for each in use.passed or ())
    if cls.value[2:] > value.value[:2]:
        whole = source.cut(use.call)
        code = f"{adapter}({source.cut(cls.value)}).{before}{source.cut(value.value)}{after})"
        return () if "#" in whole or "\n" in whole else ((use.call, code),)
    head = Span(*use.span[:2], *cls.value[:2])
    middle = Span(*cls.value[2:], *value.value[:2])
    tail = Span(*value.value[2:], *max(last, value.value[2:]))
    if "#" in source.cut(middle) and source.cut(middle).startswith(","):
        # What the comments stand on stays as it is.
        comma = Span(*middle[:2], middle.line, middle.column + 1)
        word = Span(*value.whole[:2], *value.value[:2])
        parts = ((head, f"{adapter}("), (comma, f").{before}"), (word, ""), (tail, after))
        return () if "#" in source.cut(head) + source.cut(tail) else parts
    if any("#" in source.cut(gap) for gap in (head, middle, tail)):
        return ()
    # On a line of its own where the type or the value was.
    gap = next((gap for gap in map(source.cut, (middle, head)) if "\n" in gap), "")
    indent = gap.rpartition("\n")[2]
    room = source.newline + indent[: len(indent) - len(indent.lstrip())] if gap else ""
    return (head, f"{adapter}("), (middle, f").{before}{room}"), (tail, after)


def schema(
    name: str, use: ToolUse, given: Mapping[str, Passed], adapter: str, requests: tuple[ImportRequest, ...],
    source: SourceText, ctx: Context,
) -> Rewritten | None:  # fmt: skip
    """`schema_of(T, title="X")` as `{**TypeAdapter(T).json_schema(), "title": "X"}`."""
    if "#" in source.cut(use.call):
        return None
    inner = ", ".join(source.cut(given[word].whole) for word in SCHEMA if word in given)
    rest = [passed for word, passed in given.items() if word not in {"type_", "title", *SCHEMA}]
    code = f"{adapter}({source.cut(given['type_'].value)}).json_schema({inner})"
    title = given.get("title")
    if title is not None:
        code = f'{{**{code}, "title": {source.cut(title.value)}}}'
    if name == "schema_json_of":
        dumps = json_dumps(ctx)
        if dumps is None:
            return None
        code = f"{dumps[0]}({', '.join([code, *(source.cut(passed.whole) for passed in rest)])})"
        requests = (*requests, *dumps[1])
    elif rest:
        return None
    # A title may be a function of the type too.
    literal = title is None or title.text is not None
    return Rewritten(((use.call, code),), requests, "safe" if literal else "unsafe")


def json_dumps(ctx: Context) -> tuple[str, tuple[ImportRequest, ...]] | None:
    if not any("json" in scope.bindings for scope in ctx.outline.scopes.values()):
        return "json.dumps", (ImportRequest("json"),)
    known = ctx.name("json.dumps")
    return (known.code, known.requests) if known is not None else None
