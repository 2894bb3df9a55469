"""What is asked of the engines, in which town, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import held
import numpy as np
from process import Measured
from rivals import Rival
from side_by_side import Points, compare
from table import Row, growth, table
from towns import Town, made_town, places, town_of
from works import NEAREST, SETS, Work

LIMIT_S = 900.0


@dataclass
class Bench:
    """One run: who takes part, and the tables so far."""

    rivals: dict[str, Rival]
    folder: Path
    bound_s: float
    tables: dict[str, list[Row]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def say(self, lines: list[str]) -> None:
        """Print lines of Markdown now and keep them."""
        self.said += lines
        print("\n".join(lines), flush=True)

    def show(self, title: str, work: Work, earlier: Points | None = None) -> list[Row]:
        """Print the table of one work once all answers agree, and keep it."""
        points: Points = {} if earlier is None else earlier
        rows = compare(work, self.rivals, self.folder, bound_s=self.bound_s, earlier=points)
        self.tables[title] = rows
        self.say(table(title, rows))
        return rows

    def nearest_by_size(self, sizes: list[int]) -> None:
        """Ask for the nearest of 100 facilities in towns of growing size; fit the growth."""
        earlier: Points = {}
        points: dict[str, list[tuple[int, float]]] = {}
        for size in sizes:
            town = made_town(size)
            nodes = len(town.node_xy)
            work = Work(NEAREST, town, places(town, 100), np.inf)
            for row in self.show(f"Nearest of 100 facilities, {nodes:,} nodes", work, earlier):
                if isinstance(row.measured, Measured):
                    points.setdefault(row.label, []).append((nodes, row.measured.seconds))
        self.say(growth(points))

    def within_limit(self, name: str, town: Town, count: int) -> None:
        """Ask for the nearest and for all nodes within the limit of many facilities."""
        seeds = places(town, count)
        where = f"{len(seeds):,} facilities, {name}, {len(town.node_xy):,} nodes"
        limit = f"{LIMIT_S:.0f} m"
        self.show(f"Nearest within {limit} of {where}", Work(NEAREST, town, seeds, LIMIT_S))
        self.show(f"All nodes within {limit} of each of {where}", Work(SETS, town, seeds, LIMIT_S))

    def made(self, nodes: int) -> None:
        """Weigh a made town and ask for all that lies within the limit."""
        town = made_town(nodes)
        self.say([f"Made town: {held.in_words(held.network_of(town))}.", ""])
        self.within_limit("made town", town, 10_000)

    def real(self, path: Path) -> None:
        """Ask the same in the network of a file, and weigh it."""
        network, seconds = held.read_timed(path)
        ends = np.column_stack([network.tail, network.head]).astype(np.int64)
        town = town_of(network.node_xy, ends, network.length_m)
        self.say([f"{path.name}: read in {seconds:.2f} s; {held.in_words(network)}.", ""])
        where = f"{path.name}, {len(town.node_xy):,} nodes"
        work = Work(NEAREST, town, places(town, 100), np.inf)
        self.show(f"Nearest of {len(work.seeds)} facilities, {where}", work)
        self.within_limit(path.name, town, min(10_000, len(town.node_xy) // 10))
