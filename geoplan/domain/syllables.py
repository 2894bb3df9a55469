"""Cutting a run of pinyin letters into one reading of each character of a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache


def first_cut(
    known: Sequence[frozenset[str]], letters: str, gaps: frozenset[int]
) -> tuple[int, ...] | None:
    """Return the lengths of the syllables of the first way to read the letters, else None.

    Of several ways the one with the longest first syllable is the first. Work grows with the
    letters, however often the ways part.

    Parameters
    ----------
    known
        The readings without tones of each character, in order.
    gaps
        Numbers of letters after which something stands between: a syllable must end there.
    """
    straight = _straight_cut(known, letters, gaps)
    return _searched_cut(known, letters, gaps) if straight is None else straight


def _straight_cut(
    known: Sequence[frozenset[str]], letters: str, gaps: frozenset[int]
) -> tuple[int, ...] | None:
    """Return the way of the longest syllable at every character where that reads all letters.

    It is the first of all ways then; most names need no search.
    """
    at, lengths = 0, []
    for readings in known:
        for one in _longest_first(readings):
            if letters.startswith(one, at):
                break
        else:
            return None
        if gaps and not gaps.isdisjoint(range(at + 1, at + len(one))):
            return None
        lengths.append(len(one))
        at += len(one)
    return tuple(lengths) if at == len(letters) else None


def _searched_cut(
    known: Sequence[frozenset[str]], letters: str, gaps: frozenset[int]
) -> tuple[int, ...] | None:
    reached = [{0}]
    for readings in known:
        reached.append({end for at in reached[-1] for end in _ends(readings, letters, at, gaps)})
    goal = {len(letters)} & reached[-1]
    leading = [goal]
    for readings, starts in zip(reversed(known), reversed(reached[:-1]), strict=True):
        goal = {at for at in starts if not goal.isdisjoint(_ends(readings, letters, at, gaps))}
        leading.append(goal)
    if not goal:
        return None
    leading.reverse()
    at, lengths = 0, []
    for readings, ahead in zip(known, leading[1:], strict=True):
        end = next(end for end in _ends(readings, letters, at, gaps) if end in ahead)
        lengths.append(end - at)
        at = end
    return tuple(lengths)


def _ends(readings: frozenset[str], letters: str, at: int, gaps: frozenset[int]) -> Iterator[int]:
    """Yield where a reading that begins at a letter ends, the longest first."""
    for one in _longest_first(readings):
        if letters.startswith(one, at):
            end = at + len(one)
            if not gaps or gaps.isdisjoint(range(at + 1, end)):
                yield end


@cache
def _longest_first(readings: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(readings, key=lambda one: (-len(one), one)))
