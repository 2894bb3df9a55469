"""Cutting a spelling into syllables agrees with writing all readings of a name out."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.character_readings import plain_readings
from geoplan.domain.romanisation import parsed

CHARACTERS = "西安仙长朝查单乐重吕绿二儿额"
NAMES = st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=4)
LETTERS = st.text(st.sampled_from("xianchogzhdleu'ü "), max_size=12)


def written_out(name):
    """Return every way to write the name in small letters, with all gaps of one kind or none."""
    return {
        tuple(syllables) for syllables in product(*(sorted(plain_readings(one)) for one in name))
    }


def parts(name, text):
    """Return whether some reading, with gaps only between its syllables, is the text."""
    for syllables in written_out(name):
        for gaps in product(("", " ", "'"), repeat=len(name) - 1):
            if "".join(a + b for a, b in zip(syllables, (*gaps, ""), strict=True)) == text:
                return True
    return False


@given(NAMES, st.data())
def test_every_reading_with_any_gaps_is_cut_into_its_syllables(name, data):
    syllables = data.draw(st.sampled_from(sorted(written_out(name))))
    gaps = data.draw(st.tuples(*[st.sampled_from(["", " ", "'"])] * (len(name) - 1)))
    text = "".join(a + b for a, b in zip(syllables, (*gaps, ""), strict=True))
    parse = parsed(name, text)
    assert "".join(parse.syllables) == "".join(syllables)
    assert len(parse.syllables) == len(name)
    assert tuple(gap for gap in parse.gaps if gap) == tuple(gap for gap in gaps if gap)


@given(NAMES, LETTERS)
def test_letters_are_a_spelling_exactly_when_brute_force_finds_them(name, text):
    plain = " ".join(text.replace("'", "").split())
    assert (parsed(name, plain) is not None) == parts(name, plain)
