"""What the author of a Python file has silenced: `# noqa` by ruff's rules, and our own comments."""

from __future__ import annotations

import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from tokenize import COMMENT, DEDENT, ENDMARKER, ERRORTOKEN, INDENT, NAME, NEWLINE, NL, STRING, TokenInfo
from typing import NamedTuple

# After a `#` anywhere in a comment: `noqa`, `NOQA:STK101`, `noqa : STK101,STK102 why`
_LINE_NOQA = re.compile(r"#\s*noqa", re.IGNORECASE)
# After a `#`: `ruff: noqa`, `flake8:NOQA: STK101`; not `Ruff: noqa`
_FILE_NOQA = re.compile(r"#\s*(?:ruff|flake8)\s*:\s*(?i:noqa)")
# After `noqa`: `: STK101` or ` : STK101` opens a list; nothing, a blank or `#` leaves every rule
_COLON = re.compile(r"\s*:")
_BLANKET = re.compile(r"\s|#|$")
# `STK101, STK102`, `STK101 STK102`, `STK101STK102`; the list ends at the first word that is no code
_ITEM = re.compile(r"(?P<gap>[\s,]*)(?P<code>[A-Z]+[0-9]+)?")
_AFTER_CODES = re.compile(r"[\s,#]|$")
# After a `#`: `stackcheck: ignore[STK101, class-config]`, `stackcheck:file-ignore[STK101,] why`
_OURS = re.compile(r"#\s*stackcheck:\s*(?P<action>[\w-]*)\s*(?:\[(?P<names>[^\]#]*)\])?", re.IGNORECASE)
_NAMES = re.compile(r"\s*[a-z][\w-]*\s*(?:,\s*[a-z][\w-]*\s*)*(?:,\s*)?", re.IGNORECASE)
# The strings that ruff reads as one line where they go over several: `"""`, `rb'''`, `f"`
_FOLDED_STRING = re.compile(r"""\w*(?:'{3}|"{3})|\w*[ft]\w*['"]""", re.IGNORECASE)
# A comment, as well as one line can tell: on its own line, or a directive after anything
_LOOSE_COMMENT = re.compile(r"^\s*(?=#)|(?=#[\s#]*(?:noqa|ruff|flake8|stackcheck))", re.IGNORECASE)

_NO_CODES = "expected a colon and a comma-separated list of codes (e.g., `# noqa: STK101, STK102`)"
_BAD_CODE = "expected code to consist of uppercase letters followed by digits only (e.g. `STK101`)"
_BAD_GAP = "expected one comma or space between codes"
_NO_NAMES = "expected `ignore[STK101]` or `file-ignore[STK101]`, with codes or names of rules in the brackets"
_NOT_ALONE = "expected a comment for the whole file to stand on its own line"

_WHOLE_FILE = range(sys.maxsize)
_LAYOUT_TOKENS = frozenset((COMMENT, NL, INDENT, DEDENT, ENDMARKER))
# The names in a directive (`None` where it has no effect), where they end, and what is wrong with them.
_Listed = tuple[tuple[str, ...] | None, int, str]


class Directive(NamedTuple):
    """One comment that silences the rules it names (none: every rule) for findings that start on `lines`.

    `line` and `column` count from 1 and find the `#` of `text`, which ends before any reason.
    A malformed directive has a `problem`; where that robs it of its effect, `lines` is empty.
    """

    line: int
    column: int
    text: str
    names: tuple[str, ...]
    lines: range
    problem: str


class Layout(NamedTuple):
    """The tokens of a file; by line, the lines that ruff reads as one, and the lines of one import."""

    tokens: list[TokenInfo]
    folds: dict[int, range]
    imports: dict[int, range]


@dataclass(frozen=True)
class Suppressions:
    """What the author of one Python file has silenced, read when first asked for."""

    text: str = field(repr=False)

    # 8 ms per 1,000 lines on Python 3.11, 5 on 3.13: paid for a file with a directive or a finding.
    @cached_property
    def layout(self) -> Layout:
        return _layout(re.sub("\r\n?", "\n", self.text))

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        lowered = self.text.lower()
        marked = "noqa" in lowered or "stackcheck:" in lowered
        return tuple(_directives(self.layout)) if marked else ()

    @property
    def warnings(self) -> tuple[tuple[int, str], ...]:
        found = (found for found in self.directives if found.problem)
        return tuple((each.line, f"Invalid `{each.text}`: {each.problem}") for each in found)


def read_suppressions(text: str) -> Suppressions:
    """What a Python file silences; one without the words of a directive is not even tokenized."""
    return Suppressions(text)


def silences(suppressions: Suppressions, code: str, name: str, line: int) -> bool:
    """Whether a finding of the rule that starts on `line` is silenced."""
    return silencing(suppressions, code, name, line) is not None


def silencing(suppressions: Suppressions, code: str, name: str, line: int) -> Directive | None:
    """The first directive that silences a finding of the rule that starts on `line`."""
    for found in suppressions.directives:
        # A comment on the first line of an import is for each of its members too.
        counts = line in found.lines or _whole(suppressions.layout.imports, line)[0] in found.lines
        if counts and (not found.names or code in found.names or name in found.names):
            return found
    return None


def noqa_line(suppressions: Suppressions, line: int) -> int:
    """The line on which a `# noqa` counts for a finding that starts on `line`."""
    return _whole(suppressions.layout.folds, line)[-1]


def _whole(ranges: dict[int, range], line: int) -> range:
    return ranges.get(line, range(line, line + 1))


def _directives(layout: Layout) -> Iterator[Directive]:
    before = NEWLINE
    for index, token in enumerate(layout.tokens):
        fold = _whole(layout.folds, token.start[0])
        # A comment before the last line of a fold stands inside an f-string.
        if token.type == COMMENT and token.start[0] == fold[-1]:
            alone = before in (NEWLINE, NL, INDENT, DEDENT)
            if found := _LINE_NOQA.search(token.string):
                yield _directive(token, found, fold, _codes(found))
            if found := _FILE_NOQA.search(token.string):
                yield _directive(token, found, _WHOLE_FILE, _codes(found), alone)
            for found in _OURS.finditer(token.string):
                whole = found["action"].lower() == "file-ignore"
                lines = _WHOLE_FILE if whole else _below(layout.tokens, index) if alone else fold
                yield _directive(token, found, lines, _names(found), alone or not whole)
        before = token.type


def _directive(token: TokenInfo, found: re.Match[str], lines: range, listed: _Listed, placed: bool = True) -> Directive:
    names, end, problem = listed if placed else (None, found.end(), _NOT_ALONE)
    row, column = token.start
    text = token.string[found.start() : end].rstrip()
    counts = range(0) if names is None else lines
    return Directive(row, column + found.start() + 1, text, names or (), counts, problem)


def _codes(found: re.Match[str]) -> _Listed:
    comment, end = found.string, found.end()
    colon = _COLON.match(comment, end)
    if colon is None:
        return ((), end, "") if _BLANKET.match(comment, end) else (None, end, _NO_CODES)
    codes: list[str] = []
    problem, end = "", colon.end()
    for item in _ITEM.finditer(comment, end):
        gap, code = item.groups()
        if "," in (gap.removeprefix(",") if codes else gap) or (codes and code and not gap):
            problem = _BAD_GAP
        if not code:
            break
        codes.append(code)
        end = item.end()
    if not codes:
        return None, end, _NO_CODES
    return (tuple(codes), end, problem) if _AFTER_CODES.match(comment, end) else (None, end, _BAD_CODE)


def _names(found: re.Match[str]) -> _Listed:
    names = found["names"] or ""
    if found["action"].lower() not in ("ignore", "file-ignore") or not _NAMES.fullmatch(names):
        return None, found.end(), _NO_NAMES
    return tuple(re.findall(r"[\w-]+", names)), found.end(), ""


def _below(tokens: list[TokenInfo], index: int) -> range:
    """The lines of the header below a comment, with its decorators; inside one, the next line of code."""
    before = (token.type for token in reversed(tokens[:index]) if token.type not in _LAYOUT_TOKENS)
    ends = (NEWLINE,) if next(before, NEWLINE) == NEWLINE else (NEWLINE, NL)
    opening = ""
    for token in tokens[index:]:
        if opening and token.type in ends and (opening != "@" or NL in ends):
            return range(tokens[index].start[0], token.start[0] + 1)
        if token.type == NEWLINE:
            opening = ""
        elif token.type not in _LAYOUT_TOKENS:
            opening = opening or token.string
    return range(0)


def _layout(text: str) -> Layout:
    try:
        with warnings.catch_warnings(action="ignore"):  # Python 3.12 warns of a `\}` in an f-string
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, ValueError, SystemError):  # the last: a null byte on 3.12
        tokens = list(_loose_tokens(text))
    folds = [range(1, 3)] if text.startswith("#!") else []
    for fold in sorted(_folds(tokens), key=lambda fold: fold.start):
        if folds and fold.start < folds[-1].stop:
            folds[-1] = range(folds[-1].start, max(fold.stop, folds[-1].stop))
        else:
            folds.append(fold)
    return Layout(tokens, _by_line(folds), _by_line(_imports(tokens)))


def _by_line(ranges: Iterable[range]) -> dict[int, range]:
    return {line: whole for whole in ranges for line in whole}


def _loose_tokens(text: str) -> Iterator[TokenInfo]:
    for row, line in enumerate(text.split("\n"), 1):
        comment = _LOOSE_COMMENT.search(line)
        end = comment.end() if comment else len(line)
        if code := line[:end].strip():
            yield TokenInfo(NAME, code, (row, 0), (row, end), line)
        if comment:
            yield TokenInfo(COMMENT, line[end:], (row, end), (row, len(line)), line)
        yield TokenInfo(NEWLINE if code else NL, "", (row, len(line)), (row, len(line)), line)


def _folds(tokens: list[TokenInfo]) -> Iterator[range]:
    row = 1
    opened: list[int] = []
    for token in tokens:
        start, end, kind = token.start[0], token.end[0], tokenize.tok_name[token.type]
        # Python 3.11 cannot read an f'{ that goes on below, as 3.12 can, and gives its quotes as errors.
        quote = token.type == ERRORTOKEN and token.string in ("'", '"')
        if start > row and not opened:
            yield range(row, start + 1)  # after a backslash
        if kind.endswith("STRING_START") or (quote and not opened):
            opened.append(start)
        elif opened and (kind.endswith("STRING_END") or quote):
            yield range(opened.pop(), end + 1)
        elif token.type == STRING and end > start and _FOLDED_STRING.match(token.string):
            yield range(start, end + 1)
        row = end + (token.type in (NEWLINE, NL))


def _imports(tokens: list[TokenInfo]) -> Iterator[range]:
    first, importing = 0, False
    for token in tokens:
        if token.type == NEWLINE:
            if importing:
                yield range(first, token.start[0] + 1)
            first, importing = 0, False
        elif token.type not in _LAYOUT_TOKENS:
            first = first or token.start[0]
            importing = importing or (token.type == NAME and token.string == "import")
