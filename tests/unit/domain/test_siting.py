"""Candidate classes: existing space before new building, each known to kinds and wording."""

from __future__ import annotations

import pytest

from geoplan.domain.kinds import KINDS
from geoplan.domain.siting import CANDIDATE_CLASSES, SITING_MODELS
from geoplan.views.wording import wording


def test_the_canonical_order_ends_with_upgrades_and_new_sites():
    assert list(CANDIDATE_CLASSES) == ["room", "party_center", "idle", "upgrade", "street"]
    assert len(set(SITING_MODELS)) == len(SITING_MODELS)


def test_a_kind_belongs_to_one_class_at_most():
    kinds = [kind for one in CANDIDATE_CLASSES.values() for kind in one.kinds]
    assert set(kinds) <= set(KINDS)
    assert len(set(kinds)) == len(kinds)


def test_a_new_building_costs_more_than_any_existing_space():
    costs = {name: one.cost for name, one in CANDIDATE_CLASSES.items()}
    assert min(costs.values()) > 0
    assert max(costs, key=costs.__getitem__) == "street"


@pytest.mark.parametrize("kind", ["party_center", "idle_building"])
def test_a_place_that_waits_for_a_use_gives_no_service(kind):
    assert KINDS[kind].services == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_class_is_worded_in_both_languages(lang):
    words = [wording(lang).text(f"origin.{name}") for name in CANDIDATE_CLASSES]
    assert len(set(words)) == len(words)
