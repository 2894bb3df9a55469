"""Place names as a register lists them: nothing corrected, nothing left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from geoplan.model.arrays import Flags, Floats, Ints, Texts, freeze_fields, require_lengths
from geoplan.model.source import Source

TEXT_COLUMNS = (
    "kind",
    "parent_name",
    "other_code",
    "pinyin",
    "sign",
    "aliases",
    "approval",
    "status",
    "meaning",
)
"""Optional columns of text: what kind of place; the name of the unit above as declared; the code in
a second system; romanisation; text of the sign; other names, parted by ``;``; number of the
approval; ``in use``, ``to be removed`` … as written; meaning or origin."""

NUMBER_COLUMNS = ("since", "area_m2", "floors", "green_share")
"""Optional columns of numbers: year since which the name is used, size of the place."""


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """A register of place names, one row each, in file order; codes may repeat or be missing."""

    row: Ints
    """(n,) row of the file as its reader sees it."""
    code: Texts
    """(n,) codes as digits, empty where there is none; as they are written in ``cells``."""
    name: Texts
    """(n,) names as written, outer blanks removed; never trusted as markup."""
    parent: Texts
    """(n,) code of the unit above as declared, empty where not."""
    xy: Floats
    """(n, 2) longitude and latitude (EPSG:4490), NaN where not known."""
    red: Flags
    """(n,) True for red place names (红色地名)."""
    protected: Flags
    """(n,) True where the register notes that the name is protected."""
    source: Source
    texts: Mapping[str, Texts] = field(default_factory=dict)
    """(n,) each: those ``TEXT_COLUMNS`` that the file has."""
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    """(n,) each: those ``NUMBER_COLUMNS`` that the file has, NaN where empty."""
    columns: frozenset[str] = frozenset()
    """Canonical names of all columns that the file has, ``red`` and ``protected`` among them."""
    cells: Mapping[str, Texts] = field(default_factory=dict)
    """(n,) each: every column that is read, as the file writes it but for outer blanks."""

    original: Callable[[], pd.DataFrame] | None = None
    """Gives every column of the file as text, in its order, under its own header, rows as here;
    None for a register that was not read."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Canonical name → header in ``original``."""

    def __post_init__(self) -> None:
        require_lengths(
            "Gazetteer",
            self.name.shape[0],
            row=self.row,
            code=self.code,
            parent=self.parent,
            xy=self.xy,
            red=self.red,
            protected=self.protected,
            **dict(self.texts),
            **dict(self.numbers),
            **{f"cells {name}": texts for name, texts in self.cells.items()},
        )
        freeze_fields(self, "row", "code", "name", "parent", "xy", "red", "protected")

    def __len__(self) -> int:
        return int(self.name.shape[0])

    def written(self, column: str, row: int) -> str:
        """Return a cell as the file writes it, empty where it has no such column."""
        return str(self.cells[column][row]) if column in self.cells else ""

    def text(self, column: str, row: int) -> str:
        """Return the text of an optional column, empty where the register has no such column."""
        return str(self.texts[column][row]) if column in self.texts else ""

    def subject(self, row: int) -> str:
        """Return what a finding calls an entry: its code, else its name, else its row."""
        return str(self.code[row]) or str(self.name[row]) or f"#{self.row[row]}"
