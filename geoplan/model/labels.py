"""A column of text held as codes into the words that occur in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from geoplan.model.arrays import Codes, Flags, Indices, Ints, Texts, freeze_fields

Unsigned: TypeAlias = NDArray[np.unsignedinteger]
Rows: TypeAlias = "Ints | Indices | Flags"

_CONTINUES, _TOP_BITS = 0x80, 0xC0
"""A byte of UTF-8 whose top two bits are these goes on with a letter that began before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One word a row; the words are sorted, each stands once and each occurs in a row."""

    code: Unsigned
    """(m,) word of each row: uint8, uint16 or uint32, whichever is the narrowest that holds."""
    start: Ints
    """(words + 1,) word i is ``utf8[start[i]:start[i + 1]]``."""
    utf8: Codes
    """(bytes,) all words, one after the other, as UTF-8."""

    def __post_init__(self) -> None:
        self._require_whole_words()
        if self.code.size and int(self.code.max()) >= self.word_count:
            raise ValueError("Labels.code refers to a word that does not exist")
        freeze_fields(self, "code", "start", "utf8")

    def _require_whole_words(self) -> None:
        start, size = self.start, self.utf8.size
        if start.size == 0 or start[0] != 0 or start[-1] != size or (np.diff(start) < 0).any():
            raise ValueError("Labels.start must rise from 0 to the number of bytes")
        inner = start[start < size]
        if ((self.utf8[inner] & _TOP_BITS) == _CONTINUES).any():
            raise ValueError("Labels.start cuts a letter in two")
        self.utf8.tobytes().decode("utf-8")

    @classmethod
    def of(cls, texts: Texts) -> Labels:
        """Return the labels of a text array."""
        words, code = np.unique(np.asarray(texts, dtype=np.str_), return_inverse=True)
        return cls.coded(code, words.tolist())

    @classmethod
    def coded(cls, code: Ints, words: Sequence[str]) -> Labels:
        """Return the labels of codes into different words; words that no row has are dropped."""
        used = np.flatnonzero(np.bincount(code, minlength=len(words)))
        kept = np.array([words[row] for row in used.tolist()], dtype=np.object_)
        order = np.argsort(kept, kind="stable")
        place = np.zeros(len(words), dtype=np.int64)
        place[used[order]] = np.arange(used.size)
        letters = [word.encode("utf-8") for word in kept[order]]
        return cls(
            code=place[code].astype(np.min_scalar_type(max(used.size - 1, 0))),
            start=np.cumsum([0, *map(len, letters)], dtype=np.int64),
            utf8=np.frombuffer(b"".join(letters), dtype=np.uint8),
        )

    def __len__(self) -> int:
        return int(self.code.size)

    @property
    def word_count(self) -> int:
        """Number of different words."""
        return int(self.start.size) - 1

    def words(self) -> Texts:
        """Return the words, sorted."""
        letters, stops = self.utf8.tobytes(), self.start.tolist()
        words = [letters[one:other].decode("utf-8") for one, other in pairwise(stops)]
        return np.array(words, dtype=np.str_)

    def texts(self) -> Texts:
        """Return the word of each row."""
        return self.words()[self.code]

    def filled(self) -> Flags:
        """Return which rows hold any text; nothing is decoded."""
        flags: Flags = (np.diff(self.start) > 0)[self.code]
        return flags

    def take(self, rows: Rows) -> Labels:
        """Return the labels of the given rows, in their order."""
        return Labels.coded(self.code[rows].astype(np.int64), self.words().tolist())

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return int(self.code.nbytes + self.start.nbytes + self.utf8.nbytes)
