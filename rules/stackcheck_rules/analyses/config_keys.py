"""Options that Pydantic 1 knew by a name that version 2 does not: in `ConfigDict(…)`, dictionaries, class keywords."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stackcheck import Analysis, Expr, Outline, Span, definitions, expr_of, span_reader, uses
from stackcheck_rules.analyses._config_encoders import Encoder, encoders_of
from stackcheck_rules.analyses._node_names import last_name

KEYS = {
    "allow_mutation", "allow_population_by_field_name", "anystr_lower", "anystr_strip_whitespace", "anystr_upper",
    "copy_on_model_validation", "error_msg_templates", "fields", "getter_dict", "json_dumps", "json_encoders",
    "json_loads", "keep_untouched", "max_anystr_length", "min_anystr_length", "orm_mode", "post_init_call",
    "schema_extra", "schema_generator", "smart_union", "underscore_attrs_are_private", "validate_all",
}  # fmt: skip
RARE = tuple(sorted(KEYS - {"fields"}))
SET = re.compile(rf"\b(?:{'|'.join(RARE)})[\"']?\s*[=:]|\bwith_config\b")
KEYWORD = re.compile(rf"[(,]\s*(?:{'|'.join(RARE)})\s*=")
HOMES = ("ConfigDict", "model_config", "config=", "__config__", "with_config")
FIELDS = re.compile(r"\bfields[\"']?\s*[=:]")
CALLEES = {"ConfigDict", "SettingsConfigDict", "with_config"}
WORDS = {"config", "__config__"}
Spanned = Callable[[ast.AST], Span]


class ConfigKey(NamedTuple):
    """One option. `at` is the name, `place` and `code` its value, `cut` what goes with it when it is dropped.

    `form` is `call` (of `function`), `argument` (a dictionary passed to `function`), `note` (a value declared to be
    `function`), `model` (of the class `scope`), `keyword` (of the class `scope`) or `config` (`with_config(config=…)`).
    `others` are the options beside it.
    """

    form: str
    name: str
    at: Span
    code: str
    place: Span
    cut: Span | None
    others: tuple[tuple[str, str], ...]
    scope: str
    function: Expr = ("other",)
    encoders: tuple[Encoder, ...] | None = None  # of `json_encoders`, if each can be read


class Item(NamedTuple):
    name: str
    at: Span
    value: ast.expr | None
    whole: Span


def collect(tree: ast.Module, outline: Outline, text: str) -> Iterator[ConfigKey]:
    if not may_set(text):
        return
    reader = _Reader(span_reader(text), re.split(r"\r\n|\r|\n", text))
    names = {
        local
        for local, bound in outline.module.bindings.items()
        if any(one.expr[0] == "from" and one.expr[2] in CALLEES for one in bound)
    }
    calls = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    wanted = {function for function, call in calls.items() if is_wanted(call, names)}
    notes = {node.annotation: node.value for node in ast.walk(tree)
             if isinstance(node, ast.AnnAssign) and node.value is not None}  # fmt: skip
    for use in uses(tree, outline, lambda node: node if node in wanted and isinstance(node, ast.expr) else None):
        assert isinstance(use.node, ast.expr)
        yield from reader.call(calls[use.node], use.scope, use.value)
    numbered = outline.numbered()
    for number, node in enumerate(definitions(tree), start=1):
        if isinstance(node, ast.ClassDef):
            yield from reader.keywords(node, numbered[number])
            for statement in node.body:
                yield from reader.statement(statement, numbered[number])
    for note, value in notes.items():
        if last_name(note) in CALLEES | names:
            yield from reader.dictionaries(value, "note", "", expr_of(note))


def may_set(text: str) -> bool:
    """Whether an option may be set: words before expressions, most files have none of them."""
    if any(word in text for word in RARE) or "with_config" in text:
        return bool((SET if any(word in text for word in HOMES) else KEYWORD).search(text))
    return "fields" in text and ("model_config" in text or "ConfigDict" in text) and bool(FIELDS.search(text))


def is_wanted(call: ast.Call, names: set[str]) -> bool:
    given = {word.arg for word in call.keywords}
    return last_name(call.func) in CALLEES | names or bool(given & WORDS)


class _Reader(NamedTuple):
    """The text that nodes are read from."""

    span: Spanned
    lines: Sequence[str]

    def call(self, call: ast.Call, scope: str, function: Expr) -> Iterator[ConfigKey]:
        items = [Item(word.arg or "", self.name_of(word), word.value, self.span(word)) for word in call.keywords]
        around = [self.span(arg) for arg in call.args]
        yield from self.keys(items, around, self.inside(call.func, call), "call", scope, function)
        for word in call.keywords:
            if word.arg in WORDS:
                yield from self.dictionaries(word.value, "argument", scope, function)
                value, at = self.span(word.value), self.name_of(word)
                cut = Span(at.line, at.column, value.line, value.column)
                alone = len(call.keywords) == 1 and not call.args
                yield ConfigKey("config", word.arg or "", at, "", value, cut if alone else None, (), scope, function)
        for arg in call.args:
            yield from self.dictionaries(arg, "argument", scope, function)

    def keywords(self, node: ast.ClassDef, qualname: str) -> Iterator[ConfigKey]:
        items = [Item(word.arg or "", self.name_of(word), word.value, self.span(word)) for word in node.keywords]
        if any(item.name in KEYS for item in items) and not any(item.name == "metaclass" for item in items):
            yield from self.keys(items, [self.span(base) for base in node.bases], None, "keyword", qualname)

    def statement(self, statement: ast.stmt, qualname: str) -> Iterator[ConfigKey]:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                | ast.AnnAssign(target=ast.Name(id="model_config"), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id="model_config"), value=value)
            ):
                yield from self.dictionaries(value, "model", qualname)

    def dictionaries(self, value: ast.expr, form: str, scope: str, function: Expr = ("other",)) -> Iterator[ConfigKey]:
        """The options in a dictionary, `dict(…)`, or several joined by `|` and `**`."""
        match value:
            case ast.Dict(keys=keys, values=values):
                items = [self.item(key, given) for key, given in zip(keys, values, strict=True)]
                yield from self.keys(items, [], self.inside(None, value), form, scope, function)
                for key, given in zip(keys, values, strict=True):
                    if key is None:
                        yield from self.dictionaries(given, form, scope, function)
            case ast.Call(func=ast.Name(id="dict"), keywords=words, args=args):
                items = [Item(word.arg or "", self.name_of(word), word.value, self.span(word)) for word in words]
                around = [self.span(arg) for arg in args]
                yield from self.keys(items, around, self.inside(value.func, value), form, scope, function)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                yield from self.dictionaries(left, form, scope, function)
                yield from self.dictionaries(right, form, scope, function)

    def item(self, key: ast.expr | None, value: ast.expr) -> Item:
        given, whole = self.span(value), self.span(key if key is not None else value)
        start = whole if key is not None else Span(given.line, given.column - 2, given.line, given.column)
        item = Span(start.line, start.column, given.end_line, given.end_column)
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            return Item("", whole, value, item)
        at = Span(whole.line, whole.column + 1, whole.end_line, whole.end_column - 1)
        return Item(key.value if self.source(at) == key.value else "", at, value, item)

    def keys(
        self, items: Sequence[Item], around: Sequence[Span], inside: Span | None, form: str, scope: str,
        function: Expr = ("other",),
    ) -> Iterator[ConfigKey]:  # fmt: skip
        spans = sorted([*around, *(item.whole for item in items)])
        for item in items:
            if item.name in KEYS and item.value is not None:
                others = tuple((other.name, self.source(self.span(other.value)))
                               for other in items if other is not item and other.value is not None)  # fmt: skip
                place = self.span(item.value)
                cut = self.cut(item.whole, spans, inside)
                encoders = encoders_of(item.value, self.code) if item.name == "json_encoders" else None
                yield ConfigKey(form, item.name, item.at, self.source(place), place, cut, others, scope, function,
                                encoders)  # fmt: skip

    def cut(self, whole: Span, spans: Sequence[Span], inside: Span | None) -> Span | None:
        """What to take away with an item, so that what is left is still a list; None where a comment would go."""
        position = spans.index(whole)
        first, last = self.lines[whole.line - 1], self.lines[whole.end_line - 1]
        if not first[: whole.column - 1].strip() and last[whole.end_column - 1 :].strip() == "," and len(spans) > 1:
            return Span(whole.line, 1, whole.end_line + 1, 1)  # it has its lines for itself
        if position + 1 < len(spans):
            following = spans[position + 1]
            cut = Span(whole.line, whole.column, following.line, following.column)
        elif position:
            before = spans[position - 1]
            cut = Span(before.end_line, before.end_column, whole.end_line, whole.end_column)
        elif inside is not None:
            cut = inside
        else:
            return None
        return None if "#" in self.source(cut) else cut

    def inside(self, function: ast.expr | None, value: ast.expr) -> Span:
        """What stands between the parentheses of a call, or the braces of a dictionary."""
        whole = self.span(value)
        start = self.span(function) if function is not None else None
        line, column = (start.end_line, start.end_column) if start else (whole.line, whole.column)
        return Span(line, column + 1, whole.end_line, whole.end_column - 1)

    def name_of(self, word: ast.keyword) -> Span:
        at = self.span(word)
        return Span(at.line, at.column, at.line, at.column + len(word.arg or ""))

    def code(self, node: ast.expr) -> str:
        return self.source(self.span(node))

    def source(self, span: Span) -> str:
        rows = list(self.lines[span.line - 1 : span.end_line])
        rows[-1] = rows[-1][: span.end_column - 1]
        rows[0] = rows[0][span.column - 1 :]
        return "\n".join(rows)


config_keys = Analysis("config-keys", collect, gate=KEYS | {"with_config"})
