"""Sentences about results: sites, ways and headline numbers, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from geoplan.model.facilities import Facilities
from geoplan.model.findings import Finding
from geoplan.model.results import PlanSettings
from geoplan.model.schema import group_column
from geoplan.model.way import Way, WayStreet
from geoplan.units import minutes
from geoplan.views.wording import shown, shown_count, wording


def facility_names(facilities: Facilities) -> dict[str, str]:
    """Return the name to print of each facility id: its own name, else the id."""
    names = zip(facilities.id.tolist(), facilities.name.tolist(), strict=True)
    return {str(code): str(name) or str(code) for code, name in names}


def site_sentence(row: Mapping[Any, Any], lang: str, *, settings: PlanSettings) -> str:
    """Return one recommended site with what it adds and why it was chosen."""
    words = wording(lang)
    return words.text(
        "site.sentence",
        rank=int(row["rank"]),
        name=site_name(row, lang),
        origin=site_origin(row, lang),
        gain=shown_count(row[group_column("gain", settings.group)]),
        group=words.group(settings.group),
        share=shown(row["cumulative_share"]),
        reason=words.text(f"reason.{row['reason_code']}"),
    )


def site_name(row: Mapping[Any, Any], lang: str) -> str:
    """Return the printed name of a recommended site; a street corner is called by its unit."""
    where = str(row["community"]) or str(row["subdistrict"]) or str(row["site_id"])
    return str(row["name"]) or wording(lang).text("popup.site_unnamed", where=where)


def site_origin(row: Mapping[Any, Any], lang: str) -> str:
    """Return what stands at the site today when the table says so, else new or upgrade."""
    words = wording(lang)
    if "origin" in row and words.has(f"origin.{row['origin']}"):
        return words.text(f"origin.{row['origin']}")
    return words.text(f"candidate.{row['kind']}")


def summary_lines(
    summary: Mapping[str, Any], findings: Iterable[Finding], lang: str
) -> tuple[str, ...]:
    """Return the headline numbers of a run as the lines of a terminal."""
    words = wording(lang)
    count = {"error": 0, "warning": 0, "note": 0}
    for finding in findings:
        count[finding.severity] += 1
    numbers = {key: shown(value) for key, value in summary.items()}
    lines = [
        words.text("summary.title", title=numbers["title"]),
        words.text(
            "summary.walker",
            profile=words.profile(numbers["profile"]),
            speed=f"{numbers['speed_m_s']:.2f}",
        )
        + words.weather(numbers["scenario"]),
        words.text("summary.coverage", **_coverage_words(numbers, lang)),
        words.text(
            "summary.everyone",
            people=numbers["people_all"],
            covered=numbers["covered_all"],
            minutes=numbers["minutes"],
        ),
        words.text("summary.inputs", facilities=numbers["facilities"], streets=numbers["streets"]),
        words.text(
            "summary.gaps",
            gaps=numbers["gaps"],
            barriers=numbers["barrier_gaps"],
            links=numbers["missing_links"],
        ),
        words.text("summary.shortfalls", shortfalls=numbers["shortfalls"]),
        words.text(
            "summary.sites",
            sites=numbers["recommended_sites"],
            share=numbers["share_with_sites"],
        ),
        *_ceiling_lines(summary, lang),
        *_target_lines(numbers, lang),
        words.text(
            "summary.findings",
            errors=count["error"],
            warnings=count["warning"],
            notes=count["note"],
        ),
    ]
    return (*([words.text("summary.synthetic")] if numbers["synthetic"] else []), *lines)


def _ceiling_lines(summary: Mapping[str, Any], lang: str) -> list[str]:
    """Return how far sites can help at all, nothing where it is not published."""
    most, people = summary["most_covered"], summary["people"]
    if most is None or people is None:
        return []
    share = summary["most_share"]
    return [wording(lang).text("summary.most", covered=most, share=share, rest=people - most)]


def _target_lines(numbers: Mapping[str, Any], lang: str) -> list[str]:
    """Return how the targets stand, nothing where none is asked for."""
    verdicts = {"reached": "pass", "missed": "fail", "unknown": "unknown"}
    counts = {place: numbers[f"targets_{status}"] for place, status in verdicts.items()}
    return [wording(lang).text("summary.targets", **counts)] if sum(counts.values()) else []


def way_lines(
    way: Way, streets: Iterable[WayStreet], lang: str, *, facility: str
) -> tuple[str, ...]:
    """Return the directions of a way: the whole walk, the legs, and one line a street.

    Streets of less than half a metre that hold nobody up are not worth a line.
    """
    words = wording(lang)
    out, into = way.parts[0], way.parts[-1]
    return (
        words.text(
            "way.title", facility=facility, length_m=way.length_m, minutes=minutes(way.seconds)
        ),
        words.text("way.leave", length_m=out.length_m),
        *(
            _street_line(street, lang)
            for street in streets
            if street.length_m >= 0.5 or street.seconds >= 0.5
        ),
        words.text("way.arrive", length_m=into.length_m, facility=facility),
    )


def _street_line(street: WayStreet, lang: str) -> str:
    """Return a street with its length and whatever holds the walker up on it."""
    words = wording(lang)
    name = street.name or words.text("way.unnamed")
    line = words.text("way.along", name=name, length_m=street.length_m)
    extras = (
        ("way.signal", street.signal_wait_s),
        ("way.crossing", street.crossing_wait_s),
        ("way.stairs", float(street.flights)),
    )
    held_up = [words.text(key, amount=amount) for key, amount in extras if amount >= 0.5]
    return line + "".join(held_up)


def _coverage_words(numbers: Mapping[str, Any], lang: str) -> dict[str, Any]:
    words = wording(lang)
    return {
        "minutes": numbers["minutes"],
        "service": words.service(numbers["service"]),
        "share": numbers["share"],
        "group": words.group(numbers["group"]),
        "covered": numbers["covered"],
        "people": numbers["people"],
    }
