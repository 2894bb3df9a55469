"""What is timed: a question, the town it is asked in, and where the facilities stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from towns import Floats, Indices, Town

NEAREST = "nearest"
SETS = "sets"


@dataclass(frozen=True)
class Work:
    """One question in one town."""

    name: str
    """``nearest`` or ``sets``."""
    town: Town
    seeds: Indices
    """Nodes where facilities stand."""
    limit_s: float
    """Inclusive; inf asks without a limit."""

    def save(self, path: Path) -> None:
        """Write the work for the process that does it."""
        arrays = {**vars(self.town), "seeds": self.seeds}
        np.savez(path, name=np.array(self.name), limit_s=self.limit_s, **arrays)

    @classmethod
    def load(cls, path: Path) -> Work:
        """Return the work that ``save`` wrote."""
        with np.load(path) as stored:
            name, limit_s = str(stored["name"]), float(stored["limit_s"])
            return cls(name, Town.load(path), stored["seeds"], limit_s)


@dataclass(frozen=True)
class Times:
    """The answer to ``nearest``: seconds from each node, inf where no facility is in reach."""

    seconds: Floats

    def arrays(self) -> dict[str, Floats | Indices]:
        """Return the arrays by name."""
        return {"seconds": self.seconds}


@dataclass(frozen=True)
class Sets:
    """The answer to ``sets``: one row for each facility and node within the limit."""

    seconds: Floats
    source: Indices
    """Row of ``Work.seeds``."""
    node: Indices
    asked: int
    """How many facilities were searched, the first ones."""

    def arrays(self) -> dict[str, Floats | Indices]:
        """Return the arrays by name."""
        return vars(self)


Answer = Times | Sets


def load_answer(path: Path) -> Answer:
    """Return the answer that a process left."""
    with np.load(path) as stored:
        if "source" not in stored.files:
            return Times(stored["seconds"])
        return Sets(stored["seconds"], stored["source"], stored["node"], int(stored["asked"]))
