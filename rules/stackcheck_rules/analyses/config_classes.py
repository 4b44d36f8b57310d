"""Classes that hold a model's options as Pydantic 1 had them: nested `class Config`, and classes that models share."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Evaluator, Expr, Outline, Span, definitions, expr_of, span_reader
from stackcheck_rules.analyses._config_attributes import Attribute, Entry, attributes_of, entries_of
from stackcheck_rules.analyses._config_parts import Part, first_line, parts_of

# Options that a class of nothing but values is known by.
OPTIONS = (
    "allow_mutation", "allow_population_by_field_name", "anystr_lower", "anystr_strip_whitespace", "anystr_upper",
    "arbitrary_types_allowed", "copy_on_model_validation", "error_msg_templates", "extra", "from_attributes",
    "getter_dict", "json_dumps", "json_encoders", "json_loads", "keep_untouched", "max_anystr_length",
    "min_anystr_length", "orm_mode", "populate_by_name", "post_init_call", "schema_extra", "smart_union", "title",
    "underscore_attrs_are_private", "use_enum_values", "validate_all", "validate_assignment",
)  # fmt: skip
TELLING = tuple({*OPTIONS, "Extra."} - {"extra", "title"})
NESTED = re.compile(r"\bclass\s+Config\b")
ASSIGNED = re.compile(rf"^[ \t]+(?:{'|'.join(OPTIONS)})(?:\s*:[^=\n]+)?\s+=\s", re.MULTILINE)
HEADER = re.compile(r"class\s+\w+\s*(?:\(.*?\))?\s*:[ \t]*(?P<comment>#[^\n]*)?", re.DOTALL)
LINE_END = re.compile(r"\r\n?|\n")
SIMPLE = (ast.Assign, ast.AnnAssign, ast.Pass, ast.Expr, ast.FunctionDef)
Home = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class ConfigClass(NamedTuple):
    """`owner` is the scope around it; `whole` ends behind the comments that belong to it.

    `plain` is false where there is more to it than its parts. `prefix` and `inner` indent the class and its body.
    `gap` is what goes with the class when it is taken away: blank lines at one side. `described`: comments stand
    directly above it; `alone`: nothing else stands in the body around it; `again`: its name is bound there again.
    `before` is where a function could be put for it: None where its model stands in a class. `fields` is what the
    option of that name says, None where it is set to what cannot be read; `attributes` are read where it is set.
    """

    qualname: str
    owner: str
    name: str
    at: Span
    whole: Span
    gap: Span
    bases: tuple[Expr, ...]
    plain: bool
    parts: tuple[Part, ...]
    header: str
    footer: tuple[str, ...]
    prefix: str
    inner: str
    newline: str
    described: bool
    alone: bool
    again: bool
    nested: bool
    before: Span | None
    spare: Span | None  # blank lines that a class has behind imports and an assignment has not
    fields: tuple[Entry, ...] | None = ()
    attributes: tuple[Attribute, ...] = ()


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ConfigClass]:
    if not may_hold(text):
        return
    lines = LINE_END.split(text)
    scopes: dict[Home, str] = dict(zip([tree, *definitions(tree)], outline.numbered(), strict=True))
    homes: dict[ast.stmt, Home] = {node: home for home in scopes for node in home.body}
    for node, qualname in scopes.items():
        # One in a branch or a loop has no home: it is more than a class.
        if isinstance(node, ast.ClassDef) and node in homes and may_be_config(node, homes[node]):
            found = read(node, qualname, homes, scopes, outline, lines, text)
            yield with_fields(found, node, homes[node], text)


def may_hold(text: str) -> bool:
    """Whether a class may hold options: words before expressions, most files have none of them."""
    if "class Config" in text and NESTED.search(text):
        return True
    return any(word in text for word in TELLING) and bool(ASSIGNED.search(text))


def may_be_config(node: ast.ClassDef, home: Home) -> bool:
    """A `Config` in a class; or a class of nothing but values, as models share."""
    if isinstance(home, ast.ClassDef):
        return node.name == "Config"
    simple = all(isinstance(statement, SIMPLE) for statement in node.body)
    return simple and any(name in OPTIONS for statement in node.body for name in assigned(statement))


def assigned(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            yield name


def read(
    node: ast.ClassDef, qualname: str, homes: Mapping[ast.stmt, Home], scopes: Mapping[Home, str], outline: Outline,
    lines: Sequence[str], text: str,
) -> ConfigClass:  # fmt: skip
    span = span_reader(text)
    home, whole = homes[node], span(node)
    column = lines[whole.line - 1].find(node.name, whole.column + 4) + 1
    prefix = lines[whole.line - 1][: whole.column - 1]
    same_line = node.body[0].lineno == node.lineno
    inner = prefix + (prefix or "    ") if same_line else indent_of(lines[first_line(node.body[0]) - 1])
    end = whole.end_line if same_line else last_comment(lines, whole.end_line, len(prefix))
    header = HEADER.match("\n".join(lines[whole.line - 1 : whole.end_line])[whole.column - 1 :])
    parts = tuple(parts_of(node, lines, span))
    others = [statement for statement in home.body if statement is not node]
    return ConfigClass(
        qualname,
        scopes[home],
        node.name,
        Span(whole.line, column, whole.line, column + len(node.name)),
        Span(whole.line, whole.column, end, len(lines[end - 1]) + 1),
        gap_of(lines, whole.line, end, is_first=all(other.lineno > node.lineno for other in others)),
        tuple(expr_of(base) for base in node.bases),
        header is not None and not (node.decorator_list or node.keywords or prefix.strip())
        and all(part.form != "other" for part in parts) and keeps_comments(node, lines, parts, header, end),
        parts,
        (header["comment"] or "").rstrip() if header else "",
        tuple(line.strip() for line in lines[whole.end_line : end] if line.strip()),
        prefix,
        inner,
        "\r\n" if "\r\n" in text else "\n",
        whole.line > 1 and lines[whole.line - 2].strip().startswith("#"),
        not others,
        len(outline.scopes[scopes[home]].bindings.get(node.name, ())) > 1,
        isinstance(home, ast.ClassDef),
        place_before(home, homes, lines),
        spare_lines(node, home, lines),
    )  # fmt: skip


def with_fields(config: ConfigClass, node: ast.ClassDef, model: Home, text: str) -> ConfigClass:
    """What `fields` says, and the attributes that it says it of."""
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="fields")], value=value)
                | ast.AnnAssign(target=ast.Name(id="fields"), value=ast.expr() as value)
            ) if isinstance(model, ast.ClassDef):
                attributes = tuple(attributes_of(model, text, span_reader(text)))
                return config._replace(fields=entries_of(value, text), attributes=attributes)
    return config


def spare_lines(node: ast.ClassDef, home: Home, lines: Sequence[str]) -> Span | None:
    """The second and further blank lines between imports and a class."""
    above = [statement for statement in home.body if statement.lineno < node.lineno]
    end = above[-1].end_lineno or 0 if above and isinstance(above[-1], (ast.Import, ast.ImportFrom)) else 0
    between = lines[end : node.lineno - 1]
    return Span(end + 2, 1, node.lineno, 1) if end and len(between) > 1 and not any(map(str.strip, between)) else None


def indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def last_comment(lines: Sequence[str], end: int, indent: int) -> int:
    """The last line of a class whose statements end at a line: comments may follow, as deep as those."""
    last = end
    for number in range(end, len(lines)):
        line = lines[number]
        if line.strip():
            if not line.lstrip().startswith("#") or len(indent_of(line)) <= indent:
                break
            last = number + 1
    return last


def keeps_comments(
    node: ast.ClassDef, lines: Sequence[str], parts: Sequence[Part], header: re.Match[str], end: int
) -> bool:
    """Whether every comment of the class is among what was read of it."""
    source = "\n".join(lines[node.lineno - 1 : end])
    if "#" not in source:
        return True
    read = [header["comment"] or "", *(text for part in parts for text in (part.code, part.beside, *part.above))]
    known = "\n".join([*read, *lines[node.end_lineno or end : end]])
    try:
        tokens = [*tokenize.generate_tokens(io.StringIO(source + "\n").readline)]
    except (tokenize.TokenError, IndentationError):
        return False
    comments = Counter(token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT)
    return all(known.count(comment) >= count for comment, count in comments.items())


def gap_of(lines: Sequence[str], start: int, end: int, *, is_first: bool) -> Span:
    """Whole lines: the class with the blank lines above it, or below it where it stands first."""
    if is_first:
        while end < len(lines) and not lines[end].strip():
            end += 1
    else:
        while start > 1 and not lines[start - 2].strip():
            start -= 1
    return Span(start, 1, end + 1, 1) if end < len(lines) else Span(start, 1, end, len(lines[end - 1]) + 1)


def place_before(model: Home, homes: Mapping[ast.stmt, Home], lines: Sequence[str]) -> Span | None:
    """Where a function for a model would stand: in front of it and of the comments above it."""
    if not isinstance(model, ast.ClassDef) or isinstance(homes.get(model, model), ast.ClassDef):
        return None
    start = first_line(model)
    while start > 1 and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    return Span(start, 1, start, 1)


def merge(evaluator: Evaluator, facts: Mapping[str, tuple[ConfigClass, ...]]) -> Mapping[object, ConfigClass]:
    """The class of each (file, qualname)."""
    return {(file, config.qualname): config for file, each in facts.items() for config in each}


config_classes = Analysis("config-classes", collect, merge, gate=frozenset({"Config", *OPTIONS}))
