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
ROUNDS = 5  # in which what rests on itself has come to an end, nearly always in two
Question = tuple[Any, ...]  # ("name", path, scope, name) and the like: a word, then what it is about


class Remembered(NamedTuple):
    value: Any
    questions: frozenset[Question]


class Unsettled(NamedTuple):
    """A value that rests on one that is still being worked out, at the depth `lowest`."""

    value: Any
    questions: frozenset[Question]
    lowest: int


class Trace:
    """The questions of whatever is being worked out just now, innermost last.

    A computation that meets itself again gets `bottom` first, and then what it came to in the round before:
    all that hangs together is worked out again until nothing changes, in each round once.
    """

    def __init__(self) -> None:
        self._asking: list[set[Question]] = []
        self._memory: dict[Hashable, Remembered] = {}
        self._running: dict[Hashable, int] = {}
        self._lowest: list[int] = []  # by depth: the outermost computation that was met again below it
        self._met: set[int] = set()  # depths of computations that were met again
        self._unsettled: dict[Hashable, Unsettled] = {}
        self._guesses: dict[Hashable, Any] = {}

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
        if known is None and (unsettled := self._unsettled.get(key)) is not None:
            known = Remembered(unsettled.value, unsettled.questions)
            self._rest_on(unsettled.lowest)
        if known is not None:
            if self._asking:
                self._asking[-1].update(known.questions)
            value: T = known.value
            return value
        running = self._running.get(key)
        if running is not None:
            self._met.add(running)
            self._rest_on(running)
            guess: T = self._guesses.get(key, bottom)
            return guess
        depth = self._running[key] = len(self._lowest)
        self._lowest.append(depth)
        try:
            value, asked = self._settled(key, depth, work)
        except BaseException:
            self._let_go(depth)
            if depth == 0:
                self._guesses.clear()
            raise
        finally:
            self._lowest.pop()
            self._met.discard(depth)
            del self._running[key]
        if self._asking:
            self._asking[-1].update(asked)
        return value

    def _settled(self, key: Hashable, depth: int, work: Callable[[], T]) -> tuple[T, frozenset[Question]]:
        """What some work comes to; with all that rests on it, once nothing changes any more."""
        guessed: set[Hashable] = set()
        for _ in range(ROUNDS):
            value, asked = self.recorded(work)
            lowest = self._lowest[depth]
            if lowest < depth:
                self._unsettled[key] = Unsettled(value, asked, lowest)
                for one, held in self._unsettled.items():
                    if held.lowest > lowest:
                        self._unsettled[one] = held._replace(lowest=lowest)
                return value, asked
            if depth not in self._met:
                break
            found = {key: value, **{one: held.value for one, held in self._let_go(depth).items()}}
            if all(one in self._guesses and self._guesses[one] == each for one, each in found.items()):
                self._memory.update({one: Remembered(each, asked) for one, each in found.items()})
                break
            self._guesses.update(found)
            guessed |= found.keys()
            self._met.discard(depth)
        for one in guessed:
            self._guesses.pop(one, None)
        self._memory[key] = Remembered(value, asked)
        return value, asked

    def _let_go(self, depth: int) -> dict[Hashable, Unsettled]:
        """What rests on a computation, which is forgotten."""
        above = {key: held for key, held in self._unsettled.items() if held.lowest >= depth}
        for key in above:
            del self._unsettled[key]
        return above

    def _rest_on(self, depth: int) -> None:
        self._lowest[:] = [min(lowest, depth) for lowest in self._lowest]


def digest_of(answer: object) -> str:
    """A short digest of an answer made of plain values."""
    return blake2b(repr(answer).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def text_digest(text: str) -> str:
    """The digest of a whole text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
