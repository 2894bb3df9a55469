"""How places and amounts of a siting study are said: names before ids, units always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

import numpy as np

from geoplan.model.site_study import SiteStudy
from geoplan.units import minutes
from geoplan.views.wording import Wording, wording

SHOWN_MINUTES = 0.01
"""Smaller differences of the walk of one person are said to be smaller."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteWords:
    """The words of one language for one study."""

    study: SiteStudy
    words: Wording

    @classmethod
    def of(cls, study: SiteStudy, lang: str) -> SiteWords:
        """Return the words of a study in a language."""
        return cls(study, wording(lang))

    def text(self, key: str, **params: object) -> str:
        """Return a sentence of the section ``study``, or of ``study_<part>`` for ``part.key``."""
        part, _, name = key.rpartition(".")
        section = f"study_{part}" if part else "study"
        return self.words.text(f"{section}.{name}", **params)

    def place(self, row: int) -> str:
        """Return the name of a candidate with its subdistrict, its community and its id."""
        listed = self.study.candidates.iloc[row]
        code, name = clean(listed["site_id"]), clean(listed["name"])
        subdistrict, community = clean(listed["subdistrict"]), clean(listed["community"])
        if listed["origin"] == "existing":
            return self.text("standing", code=code)
        if not name:
            corner = self.words.text("popup.site_unnamed", where=community or subdistrict or code)
            unit = subdistrict if community else ""
            return self.text("corner", unit=unit, name=corner, code=code)
        return self.text("place", unit=subdistrict + community, name=name, code=code)

    def places(self, rows: Iterable[int]) -> str:
        """Return several places in one sentence."""
        return self.text("and").join(self.place(row) for row in rows)

    def amount(self, value: float) -> str:
        """Return an amount of the plan's objective in the words of its model."""
        unit = self.study.siting.solution.unit
        if unit == "weight cost":
            weight = float(self.study.siting.asked.question.problem.weight.sum()) or 1.0
            each = minutes(value / weight)
            tiny = 0 < each < SHOWN_MINUTES
            return self.text("amount.walk_tiny" if tiny else "amount.walk", value=each)
        if unit == "cost":
            return self.text("amount.minutes", value=minutes(value))
        if unit == "weight" and not self.plain_weights:
            whole = float(value).is_integer()
            return self.text("amount.weighted", value=f"{value:,.0f}" if whole else f"{value:,.1f}")
        keys = {"weight": "people", "distance": "metres", "sites": "sites", "price": "money"}
        return self.text(f"amount.{keys[unit]}", value=value)

    @property
    def plain_weights(self) -> bool:
        """Whether the objective counts each person of the main group once and nobody else."""
        asked = self.study.siting.asked
        return bool(
            np.array_equal(asked.question.problem.weight, asked.people[:, self.study.main_group])
        )

    @property
    def group(self) -> str:
        """The name of the main group."""
        return self.words.group(self.study.settings.group)


def clean(text: object) -> str:
    """Return a text of the data as it may be printed: one line, nothing that steers a terminal.

    Control and format characters (Unicode Cc and Cf) go: they could reorder what is printed.
    """
    kept = (" " if one in "\t\n\r" else one for one in str(text))
    return " ".join("".join(one for one in kept if category(one) not in ("Cc", "Cf")).split())
