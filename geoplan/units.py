"""Minutes, metres and metres per second: the only conversions in geoplan."""

from __future__ import annotations

SECONDS_PER_MINUTE = 60.0


def seconds(minutes: float) -> float:
    """Return the length of a time in seconds, given in minutes."""
    return minutes * SECONDS_PER_MINUTE


def minutes(seconds_: float) -> float:
    """Return the length of a time in minutes, given in seconds."""
    return seconds_ / SECONDS_PER_MINUTE


def walking_metres(minutes_: float, speed_m_s: float) -> float:
    """Return the length of level path in metres that a walker does in so many minutes."""
    return seconds(minutes_) * speed_m_s
