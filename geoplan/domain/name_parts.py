"""Parts of a place name: what is left without committee and brackets, and what kind it names.

A small splitter for the rules of words and spelling; the full grammar of generic terms is wider.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

NameClass: TypeAlias = Literal["division", "village", "community", "road", "estate", "other"]
"""``division``: province to town and street office; ``estate``: estates and buildings, which are
named by their builders; ``other``: whatever the name does not tell."""

GENERICS = tuple(
    """
    居民委员会 村民委员会 街道办事处 居委会 村委会 村委 办事处 街道 社区 管理区 开发区 工业园区 园区
    自治区 自治州 自治县 自治旗 特别行政区 地区 新区 城区 小区 省 市 区 县 旗 盟 镇 乡 苏木 村
    大道 大街 胡同 公路 路 街 巷 弄 道 里 坊
    花园 花苑 家园 嘉园 公寓 大厦 大楼 广场 新村 新苑 新城 山庄 庄园 别墅 名苑 名邸 公馆 中心
    公园 苑 园 府 城 庭 邸 阁 轩 居 墅 楼
    农场 林场 牧场 渔场 水库 大桥 桥 河 湖 江 山 港 浜 塘 湾 岛 峡 岭 峰 寺 庙 塔 亭 站 场
    """.split()  # noqa: SIM905  a list of a hundred words reads better in lines
)
"""Generic terms, a small list; the longest that ends a name is its generic part."""

_BY_ENDING = frozenset(GENERICS)
_LONGEST = max(len(term) for term in GENERICS)
_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*(?:[)）\]】〕]|$)")
_COMMITTEE = re.compile(r"(?:居民|村民)?委员会$|(?:居|村)委会?$|街道办事处$")
_MERGED = re.compile(r"(?<=村委会)含.*$|(?<=居委会)含.*$")
_ROAD = re.compile(r"(?:路|街|巷|弄|大道|大街|胡同|(?<!街)道|里弄|高架|公路)$")
_PART_OF_ESTATE = re.compile(
    r"(?:小区|住宅区|别墅区|生活区|家属区|.{2,}[东南西北中一二三四五六七八九十]区)$"
)
_DIVISION = re.compile(r"(?:街道|街道办事处|(?<!小)镇|乡|省|市|州|盟|旗|苏木|县|地区|(?<!社)区)$")
_ESTATE_VILLAGE = re.compile(r"(?:新|[一二三四五六七八九十])村$")
_ESTATE = re.compile(
    r"(?:花园|花苑|家园|嘉园|公寓|大厦|大楼|广场|苑|园|府|城|庭|邸|公馆|馆|名都|名门|国际|中心|楼|阁|轩"
    r"|居|墅|山庄|庄园|郡|小镇|世家|新世界|院|座|湾花园|天地|尚品|首座|华府)$"
)


def without_brackets(name: str) -> str:
    """Return a name without what stands in brackets and without merged units (``含…``)."""
    return _MERGED.sub("", _BRACKETS.sub("", name)).strip()


def bare_name(name: str) -> str:
    """Return a name without brackets, committee and ``社区``: ``丽华一村`` of its committee.

    A village keeps its ``村``; a name that is nothing else stays as it is.
    """
    plain = without_brackets(name)
    bare = _COMMITTEE.sub("", plain).removesuffix("社区")
    return bare or plain


def carries_estate_name(bare: str) -> bool:
    """Return whether a bare name ends as the names of estates and buildings do."""
    estate = _ESTATE.search(bare) or _PART_OF_ESTATE.search(bare) or _ESTATE_VILLAGE.search(bare)
    return estate is not None


def name_class(name: str, kind: str = "") -> NameClass:
    """Return what kind of place a name is of: as the register's kind tells, else as it ends."""
    told = _class_of_kind(kind)
    if told is not None:
        return told
    plain = without_brackets(name)
    if re.search(r"(?:社区|居委会?|居民委员会)$", plain):
        return "community"
    if re.search(r"村(?:村委会?|村民委员会|委会)$", plain) or plain.endswith("村民委员会"):
        return "village"
    return _class_of_ending(plain)


def _class_of_kind(kind: str) -> NameClass | None:
    if re.search(r"住宅|小区|居民区|楼|大厦|建筑|商厦|公寓", kind):
        return "estate"
    if re.search(r"道路|街巷|路巷|街路|^路$|^巷$|^街$", kind):
        return "road"
    return "village" if re.search(r"自然村", kind) else None


def _class_of_ending(plain: str) -> NameClass:
    if plain.endswith("村"):
        return "estate" if _ESTATE_VILLAGE.search(plain) else "village"
    if _PART_OF_ESTATE.search(plain):
        return "estate"
    if _DIVISION.search(plain):
        return "division"
    if _ROAD.search(plain):
        return "road"
    return "estate" if _ESTATE.search(plain) else "other"


def split_generic(name: str) -> tuple[str, str]:
    """Return a name as what stands before its longest generic term, and that term.

    The term is empty when none ends the name; the first part is never empty.
    """
    for length in range(min(_LONGEST, len(name) - 1), 0, -1):
        if name[-length:] in _BY_ENDING:
            return name[:-length], name[-length:]
    return name, ""
