"""HiGHS without its greeting, and how a sparse matrix goes into a programme."""

from __future__ import annotations

import highspy
import numpy as np

from geoplan.model.arrays import Sparse


class QuietHighs(highspy.Highs):
    """HiGHS without its greeting: highspy's own constructor prints it before any option is set."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


def set_matrix(model: highspy.HighsLp, matrix: Sparse) -> None:
    """Put the rows of the matrix into a programme that knows how many rows and columns it has."""
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = model.num_col_, model.num_row_
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
