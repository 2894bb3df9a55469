"""The section ``[siting]``: today's defaults, every wish, and one sentence for each fault."""

from __future__ import annotations

import math

import pytest

from geoplan.config import parse_project
from geoplan.domain.siting import CANDIDATE_CLASSES, SITING_MODELS
from geoplan.errors import ConfigError
from geoplan.model.siting import SitingStage
from tests.projects import PROJECT

HEAD = PROJECT.partition("[siting]")[0]


def siting(text=""):
    return parse_project(f"{HEAD}[siting]\n{text}", where="geoplan.toml")


def test_an_empty_section_asks_for_five_sites_and_nothing_else():
    rules = siting().siting_rules()
    assert (rules.model, rules.new, rules.weights) == ("mclp", 5, {"60+": 1.0})
    assert (rules.limit_s, rules.reach_s, rules.snap_m) == (540.0, 3600.0, 100.0)
    assert (rules.spacing_m, rules.max_candidates, rules.time_limit_s) == (200.0, 1500, 60.0)
    assert rules.classes == tuple(CANDIDATE_CLASSES)
    assert rules.cost == {name: one.cost for name, one in CANDIDATE_CLASSES.items()}
    assert (rules.min_spacing_m, rules.floor, rules.floors, rules.capacity) == (0.0, 0.0, {}, {})
    assert (rules.budget, rules.most_gap) == (math.inf, math.inf)
    assert (rules.required, rules.banned, rules.stages) == ((), (), ())


EVERYTHING = """
model = "lscp"
weights = { "60+" = 1.0, "80+" = 2.0 }
min_spacing_m = 300
classes = ["street", "room"]
budget = 400.5
required = ["room:F0012"]
banned = ["street:-5_3517000", "idle:F7"]
banned_areas = "parks.gpkg"
floor = 0.5
floors = { "茶山街道" = 0.8, "320402003" = 1 }
max_gap = 0.25
reach_minutes = 45
cost = { room = 0, street = 80 }
capacity = { upgrade = 120 }
[[siting.stages]]
year = 2026
new = 2
[[siting.stages]]
year = 2028
new = 4
budget = 300
"""


def test_every_wish_reaches_the_rules():
    file = siting(EVERYTHING)
    rules = file.siting_rules()
    assert file.siting.banned_areas == "parks.gpkg"
    assert (rules.model, rules.new, rules.budget) == ("lscp", 6, 400.5)
    assert rules.classes == ("room", "street"), "in the canonical order"
    assert rules.cost["room"] == 0.0
    assert rules.cost["street"] == 80.0
    assert rules.cost["idle"] == CANDIDATE_CLASSES["idle"].cost
    assert rules.capacity == {"upgrade": 120.0}
    assert rules.required == ("room:F0012",)
    assert rules.banned == ("street:-5_3517000", "idle:F7")
    assert (rules.min_spacing_m, rules.reach_s) == (300.0, 2700.0)
    assert (rules.floor, rules.floors) == (0.5, {"茶山街道": 0.8, "320402003": 1.0})
    assert rules.most_gap == 0.25
    assert rules.stages == (SitingStage(2026, 2), SitingStage(2028, 4, 300.0))


@pytest.mark.parametrize("model", SITING_MODELS)
def test_every_model_may_be_named(model):
    assert siting(f'model = "{model}"').siting_rules().model == model


STAGE = "[[siting.stages]]\nyear = {}\nnew = {}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('model = "pmedian"', ("siting.model", "did you mean 'p-median'", "lscp")),
        ('classes = ["rooms"]', ("siting.classes", "unknown class 'rooms'", "did you mean 'room'")),
        ("classes = []", ("siting.classes", "at least one class")),
        ('classes = ["room", "room"]', ("siting.classes", "'room' stands twice")),
        ("cost = { castle = 3 }", ("siting.cost", "unknown class 'castle'", "party_center")),
        ("cost = { room = -1 }", ("siting.cost.room", "greater than or equal to 0")),
        ("cost = { room = inf }", ("siting.cost.room", "finite")),
        ("capacity = { room = 0 }", ("siting.capacity.room", "greater than 0")),
        ("capacity = { rom = 5 }", ("siting.capacity", "did you mean 'room'")),
        ("budget = -1", ("siting.budget",)),
        ("min_spacing_m = -1", ("siting.min_spacing_m",)),
        ("min_spacing_m = 5001", ("siting.min_spacing_m", "5000")),
        ("floor = 1.1", ("siting.floor",)),
        ("floors = { x = 80 }", ("siting.floors.x", "less than or equal to 1")),
        ("max_gap = 2", ("siting.max_gap",)),
        ("max_gp = 0.2", ("unknown key", "did you mean 'max_gap'")),
        ("reach_minutes = 5", ("siting.reach_minutes is 5", "walk.minutes, 9", "raise it")),
        ('required = ["F0012"]', ("siting.required", "'F0012'", "room:F0012")),
        ('banned = ["street:"]', ("siting.banned", "'street:'", "street:497000_3517000")),
        ('banned = ["room:a", "room:a"]', ("siting.banned", "stands twice")),
        (
            'required = ["room:a"]\nbanned = ["room:a"]',
            ("'room:a' is both required and banned",),
        ),
        (
            'required = ["room:a"]\nclasses = ["idle"]',
            ("'room:a'", "class is not in classes"),
        ),
        (
            'required = ["room:a", "room:b"]\nnew = 1',
            ("required names 2 sites but only 1 may open",),
        ),
        (STAGE.format(2028, 1) + STAGE.format(2027, 1), ("siting.stages", "years must rise")),
        (STAGE.format(2027, 1) + STAGE.format(2027, 1), ("siting.stages", "[2027, 2027]")),
        (STAGE.format(27, 1), ("siting.stages.0.year",)),
        ("[[siting.stages]]\nyear = 2027", ("siting.stages.0.new is missing",)),
        ("new = 3\n" + STAGE.format(2027, 2), ("new is 3 but the stages open 2",)),
        (
            "budget = 100\n" + STAGE.format(2027, 2) + "budget = 100.5\n",
            ("add up to 100.5, more than budget = 100",),
        ),
        (STAGE.format(2027, 2) + "bugdet = 5\n", ("unknown key", "did you mean 'budget'")),
    ],
)
def test_a_fault_is_one_sentence_that_names_the_key(text, words):
    with pytest.raises(ConfigError) as caught:
        siting(text)
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_number_of_sites_opens_them_all_at_once():
    file = siting(STAGE.format(2027, 2) + STAGE.format(2028, 3))
    assert file.siting_rules().new == 5
    other = file.with_siting({"model": "mclp", "new": 7}).siting_rules()
    assert (other.new, other.stages) == (7, ())


def test_fewer_sites_than_are_required_are_refused_on_the_command_line_too():
    file = siting('required = ["room:a", "room:b"]')
    with pytest.raises(ConfigError, match="required names 2 sites but only 1 may open"):
        file.with_siting({"model": "mclp", "new": 1})
