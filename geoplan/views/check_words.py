"""The report of a check as lines for people: one finding a paragraph, a count at the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from geoplan.model.findings import Finding
from geoplan.views.finding_records import metric_place
from geoplan.views.finding_words import finding_laws, finding_mend, finding_sentence
from geoplan.views.wording import Wording, wording

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
SEVERITIES = ("error", "warning", "note")


def visible(line: str) -> str:
    """Return a line with what nobody sees as ``〔U+202E〕``: no name can steer a terminal."""
    return _UNSEEN.sub(lambda match: f"〔U+{ord(match[0]):04X}〕", line)


def finding_lines(finding: Finding, source: str, lang: str) -> tuple[str, ...]:
    """Return the lines of one finding: what and where, the mend, the place, the law and the id."""
    words = wording(lang)
    head = words.text(
        "check.head",
        source=source,
        row=words.text("check.row", row=finding.row) if finding.row else "",
        severity=words.text(f"check.{finding.severity}"),
        rule=finding.rule,
        sentence=finding_sentence(finding, lang),
    )
    mend, place = finding_mend(finding, lang), place_words(finding, words)
    laws = words.text("check.joint").join(finding_laws(finding, lang))
    told = (("check.mend", mend), ("check.place", place), ("check.basis", laws))
    lines = [words.text(key, text=text) for key, text in told if text]
    return (head, *lines, words.text("check.id", id=finding.id))


def place_words(finding: Finding, words: Wording) -> str:
    """Return longitude, latitude and metres of a finding, empty when it has no place."""
    metric = metric_place(finding)
    if finding.lon is None or finding.lat is None:
        return ""
    degrees = words.text("check.degrees", lon=finding.lon, lat=finding.lat)
    if metric is None:
        return degrees
    return degrees + words.text(
        "check.metres", crs=metric["crs"], east=metric["east_m"], north=metric["north_m"]
    )


def count_line(findings: Iterable[Finding], accepted: int, lang: str) -> str:
    """Return how many errors, warnings and notes there are, and how many are accepted."""
    words = wording(lang)
    count = Counter(str(finding.severity) for finding in findings)
    line = words.text("check.count", **{name: count[name] for name in SEVERITIES})
    return line + (words.text("check.accepted", accepted=accepted) if accepted else "")
