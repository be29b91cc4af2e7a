"""A column of words kept as numbers: which of a few words each vehicle has.

    word of vehicle i = words[codes[i]]

A batch of a hundred thousand vehicles has few different bodies, statuses and sources, so that a rule looks at each word once and a
fill writes numbers, not texts. Behaves as a sequence of texts; "" is the unknown word. Limits: words are added, never taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Words(Sequence[str]):
    """Texts over a batch: codes into a list of different words."""

    codes: np.ndarray
    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """The column of some texts."""
        known: dict[str, int] = {}
        codes = np.fromiter((known.setdefault(t, len(known)) for t in texts), dtype=np.int32)
        return cls(codes, tuple(known))

    @classmethod
    def same(cls, text: str, n: int) -> Words:
        """One text for all."""
        return cls(np.zeros(n, dtype=np.int32), (text,))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, i: int) -> str:  # type: ignore[override]
        return self.words[self.codes[i]]

    def __iter__(self) -> Iterator[str]:
        words = self.words
        return (words[c] for c in self.codes.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def texts(self) -> tuple[str, ...]:
        """The texts one by one."""
        return tuple(self)

    def take(self, positions: Sequence[int] | np.ndarray) -> Words:
        """The column at some positions."""
        return Words(self.codes[np.asarray(positions, dtype=np.int64)], self.words)

    def where(self, holds: Callable[[str], bool]) -> np.ndarray:
        """For which vehicles a statement about the word holds; each word is looked at once."""
        return np.array([holds(w) for w in self.words], dtype=bool)[self.codes]

    def among(self, words: Iterable[str]) -> np.ndarray:
        """Which vehicles have one of these words."""
        return self.where(frozenset(words).__contains__)

    def mapped(self, to: Callable[[str], str]) -> Words:
        """Another word for each word."""
        return self.numbered([to(w) for w in self.words])

    def numbered(self, words: Sequence[str]) -> Words:
        """The column with word k replaced by the k-th of these, equal ones made one."""
        known: dict[str, int] = {}
        place = np.array([known.setdefault(w, len(known)) for w in words], dtype=np.int32)
        return Words(place[self.codes] if len(place) else self.codes, tuple(known))

    def values(self, of: Callable[[str], float]) -> np.ndarray:
        """A number for each word, over the batch."""
        return np.array([of(w) for w in self.words], dtype=float)[self.codes]

    def set(self, positions: np.ndarray, new: Words) -> Words:
        """A copy in which the vehicles at some positions have the words of another column of that length."""
        place = {w: k for k, w in enumerate(self.words)}
        code = np.array([place.setdefault(w, len(place)) for w in new.words], dtype=np.int32)
        codes = self.codes.copy()
        codes[positions] = code[new.codes]
        return Words(codes, tuple(place))


def joined(columns: Sequence[Words]) -> Words:
    """Columns one after another."""
    known: dict[str, int] = {}
    codes = [np.array([known.setdefault(w, len(known)) for w in c.words], dtype=np.int32)[c.codes] for c in columns if len(c)]
    return Words(np.concatenate(codes) if codes else np.zeros(0, dtype=np.int32), tuple(known))
