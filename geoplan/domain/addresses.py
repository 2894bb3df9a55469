"""Addresses taken apart from the left: province, city, district, subdistrict, community, road.

Only names of a closed list are recognised as units, the longest first, and only where a unit may
stand: at the start or right behind a higher one. What looks like a unit and goes on as a road
(广东路, 茶山村路) or an estate is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_PROVINCES = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|广西|海南|重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|台湾|香港|澳门"
)
"""Short names of the divisions of the first level, GB/T 2260."""
_ROAD = r"(?:[东西南北中大前后一二三四五六七八九十]{0,2}(?:路|街(?!道)|巷|弄|大道|道))"
_ESTATE = r"(?:小区|花园|苑|新村|公寓|大厦|广场|市场|商城|菜场|桥|公园|车站|站台|学校|医院)"
_BARE_CITY = (2, 3)
"""Characters of a city that is written without 市."""
_HAN = r"[\u4e00-\u9fff]"

_PROVINCE = re.compile(
    rf"(?:{_PROVINCES})(?:省|(?:壮族|回族|维吾尔)?自治区|特别行政区)?(?!市|{_ROAD})"
)
_CITY = re.compile(rf"(?:(?!{_ROAD}){_HAN}){{2,4}}?市(?!场|区|民|政|中心)")
_OTHER_DISTRICT = re.compile(rf"{_HAN}{{1,3}}?[区县]")
_LEADING_DISTRICT = re.compile(rf"{_HAN}{{2}}区(?={_HAN}{{1,5}}?(?:街道|镇|乡))")
_NO_DISTRICT = re.compile(
    r"(?:小|园|社|市|城|景|校|厂|新|开发|工业|高新|经开|经济|(?:^|苑|村|园|城)[东西南北中])区$"
)
_OTHER_SUBDISTRICT = re.compile(r"(?:(?![路街巷弄号村区])[\u4e00-\u9fff]){2,5}?(?:街道|镇)")
_ROAD_AND_NUMBER = re.compile(
    rf"({_HAN}{{1,8}}?(?:大道|路|街(?!道)|巷|弄))((?:\d+|[一二三四五六七八九十百]+)(?:-\d+)?号)?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names, each part as written, empty where it names none."""

    district: str = ""
    subdistrict: str = ""
    community: str = ""
    retired: str = ""
    """A subdistrict that is no more."""
    road: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class AddressWords:
    """The closed list of names that addresses are read with."""

    district: re.Pattern[str]
    subdistrict: re.Pattern[str]
    community: re.Pattern[str]
    retired: re.Pattern[str]

    @classmethod
    def of(
        cls,
        *,
        districts: Iterable[str],
        subdistricts: Iterable[str],
        communities: Iterable[str],
        retired: Iterable[str],
    ) -> AddressWords:
        """Return the words; a retired subdistrict counts with 街道 behind it, 新丰街道 too."""
        gone = [name + end for name in retired for end in ("街道", "道") if end in _ends(name)]
        return cls(
            district=_any_of(districts, f"(?!{_ROAD})"),
            subdistrict=_any_of(subdistricts, ""),
            community=_any_of(communities, f"(?!{_ROAD}|{_ESTATE})"),
            retired=_any_of(gone, ""),
        )


def parsed_address(text: str, words: AddressWords) -> Address:
    """Return the parts of an address."""
    plain = re.sub(r"[\s,、;]+", "", unicodedata.normalize("NFKC", text))
    at = _after(_PROVINCE, plain, 0)
    city = _city_end(plain, at, words)
    district, at = _district(plain, city, words, behind_city=city > at)
    subdistrict, retired, at = _subdistrict(plain, at, words, behind_district=bool(district))
    found = words.community.match(plain, at)
    community = found.group() if found else ""
    road = _ROAD_AND_NUMBER.match(plain, at + len(community))
    return Address(
        district=district,
        subdistrict=subdistrict,
        community=community,
        retired=retired,
        road=road[1] if road else "",
        number=(road[2] or "") if road else "",
    )


def _ends(name: str) -> tuple[str, ...]:
    return ("街道", "道") if name.endswith("街") else ("街道",)


def _any_of(names: Iterable[str], guard: str) -> re.Pattern[str]:
    """Return a pattern of the names, the longest first; of no name one that never matches."""
    longest = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    either = "|".join(re.escape(name) for name in longest)
    return re.compile(f"(?:{either}){guard}" if longest else r"(?!)")


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _city_end(text: str, at: int, words: AddressWords) -> int:
    """Return where the city ends: 常州市, or 常州 in front of a district of the list."""
    if words.district.match(text, at):
        return at
    bare = (at + length for length in _BARE_CITY if words.district.match(text, at + length))
    return next(bare, None) or _after(_CITY, text, at)


def _district(text: str, at: int, words: AddressWords, *, behind_city: bool) -> tuple[str, int]:
    """Return the district and where it ends.

    One that is not on the list stands behind a city or in front of a subdistrict.
    """
    known = words.district.match(text, at)
    other = _OTHER_DISTRICT if behind_city else _LEADING_DISTRICT
    found = known or (None if words.subdistrict.match(text, at) else other.match(text, at))
    if found is None or (known is None and _NO_DISTRICT.search(found.group())):
        return "", at
    return found.group(), found.end()


def _subdistrict(
    text: str, at: int, words: AddressWords, *, behind_district: bool
) -> tuple[str, str, int]:
    """Return the subdistrict, the retired one instead, and where it ends."""
    if known := words.subdistrict.match(text, at):
        return known.group(), "", known.end()
    if gone := words.retired.match(text, at):
        return "", gone.group(), gone.end()
    if words.community.match(text, at) or not behind_district:
        return "", "", at
    other = _OTHER_SUBDISTRICT.match(text, at)
    return (other.group(), "", other.end()) if other else ("", "", at)
