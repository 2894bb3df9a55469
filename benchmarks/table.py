"""The results as Markdown, and how the time grows with the town."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from process import Measured

GROWTH_FROM = 50_000
"""Below this many nodes the fixed costs of a call are what is measured."""

_HEAD = (
    "| engine | median, s | fastest, s | ratio | search, MB | own graph: s, MB | differs by, s |",
    "|---|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Row:
    """One engine in one table."""

    engine: str
    label: str
    measured: Measured | str
    """Or why there is no measurement."""
    largest_difference_s: float = math.nan
    note: str = ""


def table(title: str, rows: list[Row]) -> list[str]:
    """Return the lines of one table; ratios are of medians, to geoplan's own best."""
    timed = [row for row in rows if isinstance(row.measured, Measured)]
    own = [row.measured.seconds for row in timed if row.engine.startswith("geoplan")]
    lines = [f"### {title}", "", *_HEAD]
    for row in rows:
        if isinstance(row.measured, str):
            lines.append(f"| {row.label} | – {row.measured} | | | | | |")
        else:
            lines.append(_line(row, row.measured, min(own, default=math.nan)))
    return [*lines, ""]


def _line(row: Row, measured: Measured, own_s: float) -> str:
    remarks = [row.note] if row.note else []
    if measured.runs < 5:
        remarks.append(f"{measured.runs} runs" if measured.runs > 1 else "1 run")
    label = f"{row.label} ({'; '.join(remarks)})" if remarks else row.label
    ratio = "" if math.isnan(own_s) else f"{measured.seconds / own_s:.3g}"
    graph = f"{measured.prepare_s:.2f}, {measured.prepared_mb:.0f}"
    if measured.prepare_s < 0.001:
        graph = ""
    return (
        f"| {label} | {measured.seconds:.4g} | {measured.fastest_s:.4g} | {ratio} "
        f"| {measured.peak_mb:.0f} | {graph} | {row.largest_difference_s:.1g} |"
    )


def growth(points: dict[str, list[tuple[int, float]]]) -> list[str]:
    """Return the exponents p of seconds = c · nodes^p, least squares on the logarithms."""
    title = "### Growth of nearest with the nodes"
    lines = [title, "", "| engine | exponent | sizes |", "|---|---|---|"]
    for label, measured in points.items():
        kept = [point for point in measured if point[0] >= GROWTH_FROM]
        used = kept if len(kept) > 1 else measured
        if len(used) > 1:
            nodes, seconds = np.log(np.array(used)).T
            exponent = np.polyfit(nodes, seconds, 1)[0]
            sizes = ", ".join(f"{size:,}" for size, _ in used)
            lines.append(f"| {label} | {exponent:.2f} | {sizes} |")
    return [*lines, ""]
