"""The table of standard characters and the forms that stand for them."""

from __future__ import annotations

import pytest

from geoplan.domain.characters import (
    STANDARD_CHARACTERS,
    character_kind,
    standard_form,
    standard_forms,
)


def test_the_table_has_8105_characters_and_the_numeral():
    assert len(STANDARD_CHARACTERS) == 8105 + 1
    assert "〇" in STANDARD_CHARACTERS


def test_forms_lead_from_no_standard_character_to_a_standard_one():
    forms = standard_forms()
    assert len(forms) > 700
    assert not set(forms) & STANDARD_CHARACTERS
    assert set(forms.values()) <= STANDARD_CHARACTERS


@pytest.mark.parametrize(
    ("form", "standard"),
    [
        ("莊", "庄"),
        ("淩", "凌"),
        ("鎮", "镇"),
        ("舘", "馆"),
        ("峯", "峰"),
        ("\uf9dc", "隆"),
        ("㙟", ""),
    ],
)
def test_the_standard_form_is_known_or_empty(form, standard):
    assert standard_form(form) == standard


@pytest.mark.parametrize(
    ("characters", "kind"),
    [
        ("庄陞堃〇", "standard"),
        ("莊\uf9dc", "form"),
        ("㙟𰝟\U00031cea", "rare"),
        ("aＡāǚ", "latin"),
        ("1１①", "digit"),
        ("·－-、，。“”", "mark"),
        ("()（）【】《》", "bracket"),
        (" \u3000\u00a0", "blank"),
        ("\t\u200b\ue000\ufffd", "invisible"),
    ],
)
def test_what_a_character_is(characters, kind):
    assert {character_kind(one) for one in characters} == {kind}
