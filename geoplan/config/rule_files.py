"""The user's rules file and the file of accepted exceptions, both TOML."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import Any

from geoplan.domain.rules import changed_rulebook, nearest, rulebook
from geoplan.errors import ConfigError
from geoplan.model.rules import Acceptance, Rulebook

_KEYS = ("id", "rule", "subject", "reason", "date")


def parse_rules(text: str, *, where: str) -> Rulebook:
    """Return the rulebook with the changes of a rules file.

    Raises
    ------
    ConfigError
        The text is not TOML, a rule or key is unknown, or a value impossible.
    """
    return changed_rulebook(rulebook(), _toml(text, where), where=where)


def parse_acceptances(text: str, *, where: str) -> tuple[Acceptance, ...]:
    """Return the exceptions of a file: ``[[accept]]`` entries with a reason and a date.

    An entry names either the ``id`` of a finding, or a ``rule`` and its ``subject``.

    Raises
    ------
    ConfigError
        The text is not TOML, or an entry lacks its reason, its date or what it accepts, or names a
        rule that there is not.
    """
    content = _toml(text, where)
    entries = content.get("accept", [])
    unknown = sorted(set(content) - {"accept"})
    if unknown or not isinstance(entries, list):
        raise ConfigError(
            f"{where}: {unknown[0] if unknown else 'accept'!r} is not an [[accept]] entry; write "
            "[[accept]] with id (or rule and subject), reason and date"
        )
    return tuple(
        _acceptance(entry, where=f"{where}, entry {number}")
        for number, entry in enumerate(entries, start=1)
    )


def _acceptance(entry: Any, *, where: str) -> Acceptance:  # noqa: ANN401  TOML holds anything
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{where}: write [[accept]] with keys, not {entry!r}")
    unknown = sorted(set(entry) - set(_KEYS))
    if unknown:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(_KEYS)}")
    values = {key: str(entry.get(key, "")).strip() for key in _KEYS}
    if not values["reason"]:
        raise ConfigError(f"{where}: the reason is missing; say why the finding may stand")
    if not _is_date(values["date"]):
        raise ConfigError(f"{where}: the date is missing or no date; write date = 2026-11-24")
    broken = values["rule"] or values["id"].partition("-")[0]
    if broken and broken not in rulebook().rules:
        raise ConfigError(f"{where}: unknown rule {broken!r}; {nearest(broken, rulebook().rules)}")
    if bool(values["id"]) == bool(values["rule"] and values["subject"]):
        raise ConfigError(f"{where}: name either id, or rule and subject")
    return Acceptance(
        reason=values["reason"],
        date=values["date"],
        finding=values["id"],
        rule=values["rule"],
        subject=values["subject"],
        where=where,
    )


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{where}: not a TOML file ({error}); correct the place that it names"
        ) from error
