from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from geoplan.errors import SolverError
from geoplan.solvers.binary import empty_programme
from geoplan.solvers.first_best import first_best, number_goal


def test_a_programme_without_plan_is_no_proof_of_a_known_one():
    """A "no plan at all" beside a known plan is a contradiction, not a proof."""
    programme = empty_programme(2, 2).with_rows(
        csr_array(np.array([[1.0, 1.0]])), np.array([3.0]), np.array([np.inf])
    )
    known = np.array([0, 1], dtype=np.int32)
    with pytest.raises(SolverError, match="finds no plan although one is known"):
        first_best(programme, (number_goal(programme),), start=known, deadline=np.inf)


def test_a_programme_without_plan_and_without_a_known_one_is_impossible():
    programme = empty_programme(2, 2).with_rows(
        csr_array(np.array([[1.0, 1.0]])), np.array([3.0]), np.array([np.inf])
    )
    found = first_best(programme, (number_goal(programme),), start=None, deadline=np.inf)
    assert found.impossible
    assert found.plan is None
