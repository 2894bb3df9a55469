"""Facility kinds and the services that they give; a new kind is one entry here.

A *service* is what people walk to and what coverage is counted by. A *kind* is what a register
calls a building. The five care services are the bureau's 五位一体 (入住、活动、就餐、洗浴、维权).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """Something that people walk to."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility and the services that every facility of the kind gives."""

    id: str
    zh: str
    en: str
    services: tuple[str, ...]


SERVICES: dict[str, Service] = {
    service.id: service
    for service in (
        Service("elderly_care", "养老服务", "Elderly care"),
        Service("social_work", "社会工作", "Social work"),
        Service("community_center", "社区服务", "Community services"),
        Service("residential", "入住", "Residential care"),
        Service("activity", "活动", "Activities"),
        Service("meals", "就餐", "Meals"),
        Service("bathing", "洗浴", "Bathing"),
        Service("rights", "维权", "Rights advice"),
        Service("social_facility", "社会服务设施", "Social facility"),
        Service("library", "图书馆", "Library"),
    )
}

KINDS: dict[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("care_institution", "养老机构", "Care institution", ("elderly_care",)),
        Kind("care_center", "街道综合养老服务中心", "Subdistrict care centre", ("elderly_care",)),
        Kind("care_station", "社区居家养老服务站", "Community care station", ("elderly_care",)),
        Kind("social_work_station", "社工站", "Social-work station", ("social_work",)),
        Kind("social_work_room", "社工室", "Social-work room", ("social_work",)),
        Kind("community_center", "社区服务中心", "Community centre", ("community_center",)),
        Kind("public_room", "社区用房", "Public room", ()),
        Kind("party_center", "党群服务中心", "Party-service centre", ()),
        Kind("idle_building", "闲置用房", "Idle building", ()),
        Kind("social_facility", "社会服务设施", "Social facility", ("social_facility",)),
        Kind("library", "图书馆", "Library", ("library",)),
    )
}

CARE_SERVICES = ("residential", "activity", "meals", "bathing", "rights")
"""The five care services (五位一体) that a care station may take up."""

BUNDLE = ("elderly_care", "social_work", "community_center")
"""The three services of which people have none, one, two or all."""
