"""Questions asked of the project, each with the digest of its answer.

A result that was reached by asking holds for as long as every answer it rests on is the same.
Answers that were computed once are remembered together with the questions below them, so that
whoever is answered from memory has asked those questions too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")
Question = tuple[Any, ...]  # ("name", path, scope, name) and the like: a word, then what it is about


class Remembered(NamedTuple):
    value: Any
    questions: frozenset[Question]


class Trace:
    """The questions of whatever is being worked out just now, innermost last.

    A computation that meets itself again gets `bottom` instead of an answer. What was worked out
    above such a loop is only right for the one who closed it, so it is not remembered.
    """

    def __init__(self) -> None:
        self._asking: list[set[Question]] = []
        self._memory: dict[Hashable, Remembered] = {}
        self._running: dict[Hashable, int] = {}
        self._loops: list[int] = []

    def ask(self, question: Question) -> None:
        """Note a question for everyone who is being worked out."""
        if self._asking:
            self._asking[-1].add(question)

    def recorded(self, work: Callable[[], T]) -> tuple[T, frozenset[Question]]:
        """The result of some work and all that it asked."""
        self._asking.append(set())
        try:
            value = work()
        finally:
            asked = self._asking.pop()
        return value, frozenset(asked)

    def remember(self, key: Hashable, bottom: T, work: Callable[[], T]) -> T:
        """`work()`, worked out once for a key; `bottom` where the work needs its own result."""
        known = self._memory.get(key)
        if known is not None:
            if self._asking:
                self._asking[-1].update(known.questions)
            value: T = known.value
            return value
        depth = self._running.get(key)
        if depth is not None:
            self._loops[:] = [min(loop, depth) for loop in self._loops]
            return bottom
        self._running[key] = len(self._loops)
        self._loops.append(len(self._loops))
        try:
            value, asked = self.recorded(work)
        finally:
            lowest = self._loops.pop()
            del self._running[key]
        if self._asking:
            self._asking[-1].update(asked)
        if lowest >= len(self._loops):
            self._memory[key] = Remembered(value, asked)
        return value


def digest_of(answer: object) -> str:
    """A short digest of an answer made of plain values."""
    return blake2b(repr(answer).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def text_digest(text: str) -> str:
    """The digest of a whole text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
