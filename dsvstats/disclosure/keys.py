"""The key of every row of a counts frame as numbers, so that related rows are found at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

DIGITS = ("area", "period", "subject", "unit", "measure", "definition", "pair")
"""What a key is made of: the period is a start and an end, the pair a strand and a group."""


class Keys:
    """Each row's key: a digit for each part of it, and the words that the digits stand for.

    ``codes`` has a row of digits for each row of the frame. Words that no row has can be added
    with `number`, so that a row that is not there has a key too.
    """

    def __init__(self, cases: pd.DataFrame) -> None:
        held = {
            "period": pd.MultiIndex.from_arrays([cases["start"], cases["end"]]),
            "pair": pd.MultiIndex.from_arrays([cases["strand"], cases["group"]]),
        }
        self.words: dict[str, list] = {}
        columns = []
        for name in DIGITS:
            code, words = pd.factorize(held.get(name, cases.get(name)), sort=True)
            columns.append(code.astype(np.int64))
            self.words[name] = list(words)
        self.codes = np.stack(columns, axis=1) if len(cases) else np.zeros((0, 7), dtype=np.int64)
        self._numbers = {
            name: {word: number for number, word in enumerate(words)}
            for name, words in self.words.items()
        }
        self._index: tuple[np.ndarray, np.ndarray] | None = None

    def number(self, name: str, word) -> int:
        """The digit of this word; a new one where no row has it."""
        known = self._numbers[name]
        if word not in known:
            known[word] = len(self.words[name])
            self.words[name].append(word)
            self._index = None
        return known[word]

    def knows(self, name: str, word) -> bool:
        """Has any row this word?"""
        return word in self._numbers[name]

    def of(self, name: str, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
        """The digits of these rows."""
        return self.codes[rows, DIGITS.index(name)]

    def told(self, name: str, test) -> np.ndarray:
        """For every word of this part of the key, what the function says of it, row by row."""
        found = np.array([test(word) for word in self.words[name]])
        return found[self.of(name)] if len(found) else np.zeros(0, dtype=bool)

    def replaced(self, rows: np.ndarray, **digits) -> np.ndarray:
        """The keys of these rows with other digits in some places: one number each, or below 0.

        A digit below 0 stands for a word that there is not.
        """
        code = np.zeros(len(rows), dtype=np.int64)
        lost = np.zeros(len(rows), dtype=bool)
        for place, name in enumerate(DIGITS):
            digit = digits.get(name, self.codes[rows, place])
            lost |= np.broadcast_to(np.asarray(digit) < 0, lost.shape)
            code = code * len(self.words[name]) + digit
        return np.where(lost, -1, code)

    def at(self, keys: np.ndarray) -> np.ndarray:
        """Which row has each of these keys? Below 0 where none has."""
        if self._index is None:
            every = self.replaced(np.arange(len(self.codes)))
            order = np.argsort(every, kind="stable")
            self._index = every[order], order
        held, order = self._index
        if not len(held):
            return np.full(len(keys), -1)
        place = np.minimum(np.searchsorted(held, keys), len(held) - 1)
        return np.where(held[place] == keys, order[place], -1)

    def rows(self, **words: Sequence) -> np.ndarray:
        """Which rows have one of these words, in every part of the key that is named?"""
        found = np.ones(len(self.codes), dtype=bool)
        for name, wanted in words.items():
            digits = [self._numbers[name][word] for word in wanted if word in self._numbers[name]]
            found &= np.isin(self.of(name), digits)
        return np.flatnonzero(found)
