"""Groups of people who are counted apart; a new need group is one entry here.

The code of a group is what a project file names and what the column ``people_<code>`` of a demand
table counts: ``all`` is everybody, ``60+`` everybody of 60 and over (any age may stand there), the
others are the need groups of ``GROUPS``. Groups overlap: one person may live alone, need care and
receive the allowance, so groups are never added up.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYONE, OLDER = "all", "60+"
"""Codes of the two groups that need groups are parts of."""


@dataclass(frozen=True, slots=True)
class Group:
    """People with one need."""

    id: str
    """Group code."""
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    within: str
    """Code of the group that everybody of this one also belongs to."""
    headers: tuple[str, ...]
    """Headers of registers that mean the column ``people_<id>``."""


GROUPS: dict[str, Group] = {
    group.id: group
    for group in (
        Group(
            "alone",
            "独居老人",
            "Older people living alone",
            "60岁及以上、独自居住的老人",
            "aged 60 and over, alone in their household",
            OLDER,
            ("独居", "独居老人", "独居老年人", "独居老人数", "独居人数"),
        ),
        Group(
            "disabled",
            "失能老人",
            "Older people in need of care",
            "60岁及以上、日常生活不能自理的老人",
            "aged 60 and over, unable to manage daily life without help",
            OLDER,
            ("失能", "失能老人", "失能老年人", "失能老人数", "失能人数"),
        ),
        Group(
            "low_income",
            "低保对象",
            "Residents on subsistence allowance",
            "享受最低生活保障的居民，不限年龄",
            "residents of any age who receive the subsistence allowance (dibao)",
            EVERYONE,
            ("低保", "低保对象", "低保人员", "低保人口", "低保人数"),
        ),
        Group(
            "handicapped",
            "残疾人",
            "Residents with disabilities",
            "持残疾人证或享受残疾人补贴的居民，不限年龄",
            "residents of any age with a disability certificate or allowance",
            EVERYONE,
            ("残疾", "残疾人", "残疾人口", "残疾人数", "持证残疾人"),
        ),
    )
}
"""Need group code → group. 失能 is a matter of daily life (graded by GB/T 42195-2022), 残疾 one of
the certificate: neither contains the other."""


def group_code(name: str) -> str:
    """Return the code of the group that a column calls so: ``60`` is ``60+``, others are as named.

    The inverse of what ``model.schema.group_column`` does to a code.
    """
    return f"{name}+" if name.isdecimal() else name


def age_of(code: str) -> int | None:
    """Return the age from which a group counts people, None for a group that is no age."""
    age = code.removesuffix("+")
    return int(age) if age != code and age.isdecimal() else None
