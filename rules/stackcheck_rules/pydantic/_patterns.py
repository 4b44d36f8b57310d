"""From `regex=`, which Pydantic 1 gave to `re.match`, to `pattern=`, which Pydantic 2 searches for with Rust's engine.

What Rust refuses or reads in another way goes to Python's engine: a compiled pattern is always taken to it.
Sources: the syntax page of Rust's regex crate, `re` of Python, `pydantic_core` 2.46 measured (see the proof test).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from functools import lru_cache
from typing import NamedTuple

from stackcheck import Context, Expr, ImportRequest, Kind

COMPILED_PATTERNS = "2.7"  # the release that takes them
FLAGS = re.compile(r"\(\?([aiLmsux]+)\)")
# What both engines read alike. Not among it: look-around, back references, atomic groups and possessive
# repeats, comments, `\Z`, `\<`, octal escapes, a `{` that repeats nothing, and in a class `[`, `&&`, `--`, `~~`.
QUOTE = re.compile(r"[rRuU]*(\"\"\"|'''|\"|')")
ESCAPE = r"\\(?:[AbdDsSwWnrtfva!-/:;=?@\[-`{-~ ]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})"
IN_CLASS = r"\\(?:[dDsSwWnrtfva!-/:;=?@\[-`{-~ ]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})"
TOKEN = re.compile(
    rf"(?P<class>\[\^?\]?(?:{IN_CLASS}|-(?!-)|&(?!&)|~(?!~)|[^\\\[\]&~-])*\])"
    rf"|(?P<escape>{ESCAPE})"
    r"|(?P<open>\((?:\?:|\?P<[a-zA-Z_]\w*>)?(?!\?))"
    r"|(?P<close>\))"
    r"|(?P<repeat>(?:[*+?]|\{(?:\d+)(?:,\d*)?\})\??)(?![*+?{])"
    r"|(?P<either>\|)"
    r"|(?P<anchor>[\^$])"
    r"|(?P<one>[^\\\[\](){}*+?|^$]|[\]}])"
)
# Rust compiles no pattern of more than 10 MiB. In parts of that, as measured: `\w{209}` is all of it.
LIMIT = 150.0
WEIGHTS = {r"\w": 1.0, r"\W": 1.0, r"\D": 0.3, r"\d": 0.1, r"\s": 0.1, r"\S": 0.1, ".": 0.1}


class Pattern(NamedTuple):
    """The new value of the argument; `exact` if it accepts what `re.match` accepts, as far as one can see."""

    code: str
    imports: tuple[ImportRequest, ...] = ()
    exact: bool = True


def pattern_of(code: str, value: Expr, scope: str, ctx: Context) -> Pattern | None:
    """`pattern=` for the value of a `regex=` argument; None where it cannot be written or is no regex."""
    literal = text_of(code)
    if literal is not None:
        return rewritten(literal, code, ctx)
    constant = constant_of(value, scope, ctx)
    if constant is None:
        return Pattern(code, exact=False)
    if not compiles(constant):
        return None
    if not is_anchored(constant):
        if not compiles(f"^(?:{constant})"):
            return Pattern(code, exact=False)  # flags must stand first
        code = f'f"^{{{code}}}"' if len(alternatives(constant)) == 1 else f'f"^(?:{{{code}}})"'
    return Pattern(code) if is_portable(constant) else compiled(code, ctx)


def rewritten(pattern: str, code: str, ctx: Context) -> Pattern | None:
    if not compiles(pattern):
        return None
    if not is_anchored(pattern):
        anchored = anchored_code(pattern, code)
        if anchored is None or not compiles(text_of(anchored) or "("):
            return None  # as where flags stand behind a comment
        code = anchored
    return Pattern(code) if is_portable(pattern) else compiled(code, ctx)


def compiled(code: str, ctx: Context) -> Pattern | None:
    """`re.compile(…)`, which Pydantic leaves to Python."""
    bound = ctx.outline.module.bindings.get("re", ())
    if not ctx.allows("pydantic", COMPILED_PATTERNS) or any(one.expr != ("module", "re") for one in bound):
        return None
    return Pattern(f"re.compile({code})", (ImportRequest("re"),))


def text_of(code: str) -> str | None:
    """The string that a literal is; None if the code is none."""
    try:
        value = ast.literal_eval(f"({code}\n)")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def constant_of(value: Expr, scope: str, ctx: Context) -> str | None:
    """The string that a module of the project calls by a name, once and for all."""
    source = ctx.source_of(value, scope) if value[0] in {"name", "attr"} else None
    match ctx.bindings(Kind("module", "", source[0]), source[1]) if source else ():
        case (("const", str(text)),) if text:  # one of more than 200 characters is not kept
            return text
    return None


@lru_cache(maxsize=64)  # asked twice for each pattern
def compiles(pattern: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def is_anchored(pattern: str) -> bool:
    """Whether each alternative begins at the start of the text anyway."""
    flags = FLAGS.match(pattern)
    multiline = bool(flags and "m" in flags[1])
    return all(
        alternative.startswith(r"\A") or (alternative.startswith("^") and not multiline)
        for alternative in alternatives(pattern[flags.end() :] if flags else pattern)
    )


def alternatives(pattern: str) -> list[str]:
    """The pattern at its outermost `|`; a pattern that is not portable counts as one that has them all."""
    parts, depth, start = [], 0, 0
    for token in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", pattern, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == "|" and depth == 0:
            parts.append(pattern[start : token.start()])
            start = token.end()
    return [*parts, pattern[start:]]


def anchored_code(pattern: str, code: str) -> str | None:
    """A literal with `^` before the pattern or `^(?:…)` around it, behind the flags that stand before it."""
    flags = FLAGS.match(pattern)
    strings = literals(code)
    if not strings or (flags and "x" in flags[1]):  # a comment at its end would swallow the parenthesis
        return None
    opening, closing = QUOTE.match(strings[0]), QUOTE.match(strings[-1])
    if opening is None or closing is None or not code.startswith(opening[0]) or not code.endswith(closing[1]):
        return None
    head, rest = opening[0], code[opening.end() : -len(closing[1])]
    if flags:
        if not rest.startswith(flags[0]):
            return None
        head, rest = head + flags[0], rest[flags.end() :]
    start = "^" if not flags or "m" not in flags[1] else (r"\A" if "r" in opening[0].lower() else r"\\A")
    single = len(alternatives(pattern[flags.end() :] if flags else pattern)) == 1
    return f"{head}{start}{rest}{closing[1]}" if single else f"{head}{start}(?:{rest}){closing[1]}"


def literals(code: str) -> list[str]:
    """The literals of which a string is made; none if the code is more than that."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in tokens if token.type == tokenize.STRING]


@lru_cache(maxsize=64)
def is_portable(pattern: str) -> bool:
    """Whether Rust's engine takes a pattern that Python takes, and for the same."""
    flags = FLAGS.match(pattern)
    if flags and not set(flags[1]) <= set("ims"):
        return False
    at = flags.end() if flags else 0
    weights = [0.0]  # of the groups that are open, outermost first
    last = 0.0
    while at < len(pattern):
        token = TOKEN.match(pattern, at)
        if token is None:
            return False
        at = token.end()
        match token.lastgroup:
            case "open":
                weights.append(0.0)
                continue
            case "close":
                last = weights.pop() if len(weights) > 1 else 0.0
            case "repeat":
                last *= most(token[0]) - 1
            case _:
                last = weight(token[0])
        weights[-1] += last
    return len(weights) == 1 and weights[0] < LIMIT


def most(repeat: str) -> int:
    """How often Rust copies what a repeat stands behind."""
    return max(map(int, re.findall(r"\d+", repeat)), default=1) + repeat.count(",}")


def weight(token: str) -> float:
    parts = re.findall(r"\\.|\.", token) if token.startswith(("\\", "[")) else [token]
    heaviest = max((WEIGHTS.get(part, 0.001) for part in parts), default=0.001)
    return max(heaviest, 0.1) if token.startswith("[^") else heaviest
