"""Text columns held as codes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.model.labels import Labels

WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=0, max_size=6
)


def test_codes_and_bytes_are_those_worked_out_by_hand():
    labels = Labels.of(np.array(["路", "", "b", "路"]))
    assert labels.code.tolist() == [2, 0, 1, 2]
    assert labels.start.tolist() == [0, 0, 1, 4]
    assert labels.utf8.tobytes() == b"b\xe8\xb7\xaf"
    assert labels.code.dtype == np.uint8
    assert labels.filled().tolist() == [True, False, True, True]
    assert labels.nbytes == 4 * 1 + 4 * 8 + 4


@given(st.lists(WORDS, max_size=20), st.data())
def test_texts_come_back(words, data):
    labels = Labels.of(np.array(words, dtype=np.str_))
    assert labels.texts().tolist() == words
    assert labels.words().tolist() == sorted(set(words))
    assert labels.filled().tolist() == [word != "" for word in words]
    rows = data.draw(st.lists(st.integers(0, max(len(words) - 1, 0)), max_size=len(words)))
    taken = labels.take(np.array(rows, dtype=np.int64))
    assert taken.texts().tolist() == [words[row] for row in rows]
    assert taken.words().tolist() == sorted({words[row] for row in rows})


@pytest.mark.parametrize(("count", "kind"), [(256, "u1"), (257, "u2"), (65_537, "u4")])
def test_codes_are_as_narrow_as_the_words_allow(count, kind):
    labels = Labels.coded(np.arange(count), [f"{row:06d}" for row in range(count)])
    assert labels.code.dtype == kind
    assert labels.texts()[-1] == f"{count - 1:06d}"


def test_the_order_of_the_words_given_does_not_show():
    one = Labels.coded(np.array([0, 1, 0]), ["b", "a", "never used"])
    other = Labels.coded(np.array([1, 0, 1]), ["a", "b"])
    for part in ("code", "start", "utf8"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


@pytest.mark.parametrize(
    ("code", "start", "letters"),
    [
        ([1], [0, 1], b"a"),
        ([0], [1, 1], b"a"),
        ([0], [0, 2], b"a"),
        ([0], [0, 2, 1], b"a"),
        ([0], [0, 1, 3], "路".encode()),
        ([0], [0, 1], b"\xff"),
        ([0], [], b""),
    ],
)
def test_damaged_words_are_refused(code, start, letters):
    with pytest.raises(ValueError, match=r"Labels|utf-8"):
        Labels(
            np.array(code, dtype=np.uint8),
            np.array(start, dtype=np.int64),
            np.frombuffer(letters, dtype=np.uint8),
        )
