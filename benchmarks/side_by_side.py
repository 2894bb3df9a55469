"""All engines at one work, each in its own process, no time believed before the answers agree."""

from __future__ import annotations

from pathlib import Path

import agreement
import process
from rivals import Rival
from table import Row
from works import Answer, Work, load_answer

Points = dict[str, list[tuple[int, float]]]
"""For each engine (nodes, seconds of its whole process so far)."""


def compare(
    work: Work, rivals: dict[str, Rival], folder: Path, *, bound_s: float, earlier: Points
) -> list[Row]:
    """Return a row for each engine that has a way to do the work.

    The first engine's answer is the yardstick of the others.

    Parameters
    ----------
    earlier
        Seconds in smaller towns: an engine that would need more than the bound in this one is
        left out. Extended with the seconds of this town.

    Raises
    ------
    agreement.DisagreementError
        An engine answers differently.
    """
    work_file = folder / "work.npz"
    work.save(work_file)
    yardstick: Answer | None = None
    rows = []
    for name, rival in rivals.items():
        if not rival.takes(work):
            continue
        expected_s = _expected_s(earlier.get(name, []), len(work.town.node_xy))
        if expected_s > bound_s:
            why = f"left out: about {expected_s:.0f} s a run expected"
            rows.append(Row(name, rival.label, why))
            continue
        answer_file = folder / f"{name}.npz"
        measured = process.run(name, work_file, answer_file, bound_s)
        if isinstance(measured, str):
            rows.append(Row(name, rival.label, measured))
            continue
        answer = load_answer(answer_file)
        answer_file.unlink()
        yardstick = yardstick or answer
        difference_s = _difference_s(rival, answer, yardstick, work)
        earlier.setdefault(name, []).append(
            (len(work.town.node_xy), measured.prepare_s + measured.seconds)
        )
        note = rival.ways[work.name].note
        rows.append(Row(name, rival.label, measured, difference_s, note))
    work_file.unlink()
    return rows


def _expected_s(earlier: list[tuple[int, float]], nodes: int) -> float:
    if not earlier:
        return 0.0
    size, seconds = earlier[-1]
    return seconds * max(nodes / size, 1.0)


def _difference_s(rival: Rival, answer: Answer, yardstick: Answer, work: Work) -> float:
    try:
        return agreement.largest_difference(answer, yardstick, work, rival.tolerance_s)
    except agreement.DisagreementError as error:
        raise agreement.DisagreementError(f"{rival.label}: {error}") from error
