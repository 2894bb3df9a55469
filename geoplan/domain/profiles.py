"""Walkers: the only place where a walking number may stand.

Speeds are planning values (low percentiles, so that most people of the group can keep them), not
means. Sources, by mark:

- ``GB50647``  GB 50647-2011, design crossing speed 1.0 m/s.
- ``GB50180``  GB 50180-2018 table 3.0.4, 800-1000 m in 15 min, that is 0.89-1.11 m/s.
- ``FITZ06``   Fitzpatrick et al. 2006 (TCRP 112), 15th percentile over 60 years 0.92 m/s,
  advice 0.9 m/s where older people walk.
- ``KOREA``    rural Korean cohort, mean age 76, n = 1,348: men 0.85, women 0.71 m/s.
- ``HRS``      US Health and Retirement Study, 19 % of people over 65 below 0.6 m/s.
- ``GBT51439`` GB/T 51439-2021 9.2.1, wait at a signal at most 70 s; means 23-34 s follow from
  common cycles as (C - g)^2 / 2C.
- ``RAMP``     ramps of public buildings: 1:12 at most, 1:20 preferred.
- ``DESIGN``   geoplan's own planning assumption; no measurement was found.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """A walker; ``Profile(speed_m_s=1.0)`` is neutral: its seconds equal metres of path."""

    speed_m_s: float
    """Speed on level ground, and on the leg between a point and the street."""
    id: str = "custom"
    zh: str = "自定义"
    en: str = "Custom"
    uses_steps: bool = True
    """False: stairs without a ramp or a lift are impassable."""
    steps_penalty_s: float = 0.0
    """Extra seconds for one flight (one street edge) of stairs."""
    max_grade: float | None = None
    """Steepest passable grade as a ratio, None for no limit; untagged streets pass."""
    uses_wheelchair_no: bool = True
    """False: streets tagged ``wheelchair=no`` are impassable."""
    signal_wait_s: float = 0.0
    """Mean wait at a signalled crossing."""
    zebra_wait_s: float = 0.0
    """Mean wait at a marked crossing without signals."""
    uncontrolled_wait_s: float = 0.0
    """Mean wait where a carriageway is crossed without any marking."""
    sources: tuple[str, ...] = ()
    """Marks of the module docstring, one for each number."""

    def __post_init__(self) -> None:
        waits = (
            self.steps_penalty_s,
            self.signal_wait_s,
            self.zebra_wait_s,
            self.uncontrolled_wait_s,
        )
        if not 0.1 <= self.speed_m_s <= 5.0:
            raise ValueError(f"walking speed must be 0.1-5.0 m/s, not {self.speed_m_s}")
        if any(not 0.0 <= wait <= 3600.0 for wait in waits):
            raise ValueError("waits and penalties must be 0-3600 s")


_WAITS = ("wait: GBT51439 + DESIGN",)

PROFILES: dict[str, Profile] = {
    profile.id: profile
    for profile in (
        Profile(
            id="adult",
            zh="普通成年人",
            en="Adult",
            speed_m_s=1.33,
            steps_penalty_s=30.0,
            signal_wait_s=30.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: comparison only, DESIGN", "steps: DESIGN", *_WAITS),
        ),
        Profile(
            id="elder60",
            zh="60-79岁老人",
            en="Aged 60-79",
            speed_m_s=1.00,
            steps_penalty_s=90.0,
            max_grade=0.12,
            signal_wait_s=35.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: GB50647, GB50180", "steps, grade: DESIGN", *_WAITS),
        ),
        Profile(
            id="elder70",
            zh="70-79岁老人",
            en="Aged 70-79",
            speed_m_s=0.90,
            steps_penalty_s=120.0,
            max_grade=0.08,
            signal_wait_s=35.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: FITZ06", "steps, grade: DESIGN", *_WAITS),
        ),
        Profile(
            id="elder80",
            zh="80岁及以上老人",
            en="Aged 80 and over",
            speed_m_s=0.80,
            uses_steps=False,
            max_grade=0.08,
            signal_wait_s=35.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: KOREA, FITZ06", "steps, grade: DESIGN", *_WAITS),
        ),
        Profile(
            id="frail",
            zh="失能/拄杖老人",
            en="Frail, with a stick",
            speed_m_s=0.60,
            uses_steps=False,
            max_grade=0.05,
            signal_wait_s=35.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: HRS", "steps, grade: DESIGN", *_WAITS),
        ),
        Profile(
            id="wheelchair",
            zh="轮椅（有人协助）",
            en="Wheelchair, assisted",
            speed_m_s=0.70,
            uses_steps=False,
            max_grade=0.083,
            uses_wheelchair_no=False,
            signal_wait_s=35.0,
            zebra_wait_s=10.0,
            uncontrolled_wait_s=40.0,
            sources=("speed: DESIGN", "grade: RAMP", "steps: DESIGN", *_WAITS),
        ),
    )
}

DEFAULT_PROFILE = "elder60"
