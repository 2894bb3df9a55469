from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.model.layered import Coherence, LayerRules, Premises, within
from tests.layered_cases import random_hierarchy, random_services
from tests.placement_cases import sparse_of


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("weight", np.full((1, 99), 1.0), "weight"),
        ("worth", np.full(9, 1.0), "worth"),
        ("level", np.full(99, 0), "level"),
        ("rules", LayerRules.free(99, 1), "prices"),
    ],
)
def test_a_hierarchy_that_does_not_fit_is_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        replace(random_hierarchy(4), **{field: value})


def test_negative_costs_are_refused():
    problem = random_hierarchy(4)
    with pytest.raises(ValueError, match=r"cost must not be negative"):
        replace(problem, cost=sparse_of(np.full(problem.cost.shape, -1.0)))


def test_levels_beyond_the_highest_are_refused():
    problem = random_hierarchy(4)
    with pytest.raises(ValueError, match=r"must lie between -1"):
        replace(problem, level=np.full_like(problem.level, problem.limit.size))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("sites", -1, "sites"),
        ("placed", -1.0, "placed"),
        ("bundle", np.full(99, 1.0), "bundle"),
        ("premises", Premises.empty(99, 1), "premises"),
    ],
)
def test_services_that_do_not_fit_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        replace(random_services(4), **{field: value})


def test_a_service_without_a_facility_is_refused():
    with pytest.raises(ValueError, match="only an existing facility"):
        replace(Premises.empty(1, 1), given=np.array([[True]]))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("required", np.array([[0, -1]]), "required"),
        ("conflicts", np.array([[1, 1]]), "own way"),
        ("price", np.array([[np.nan]]), "price"),
        ("budget", -1.0, "budget"),
    ],
)
def test_rules_that_make_no_sense_are_refused(field, value, message):
    with pytest.raises(ValueError, match=message):
        replace(LayerRules.free(2, 1), **{field: value})


def test_coherence_knows_no_negative_limit():
    with pytest.raises(ValueError, match="limit"):
        Coherence(sparse_of([[1.0]]), np.array([-1.0]))


def test_the_limit_is_inclusive_and_a_stored_zero_is_near():
    near = within(sparse_of([[0.0, 2.0, 3.0], [np.inf, 2.0, 1.0]]), 2.0)
    assert near.toarray().tolist() == [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]


def test_arrays_are_read_only():
    problem = random_hierarchy(4)
    with pytest.raises(ValueError, match="read-only"):
        problem.weight[:] = 0.0
