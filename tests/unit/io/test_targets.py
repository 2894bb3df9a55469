"""Target files: every fault is one sentence that names the target and the mend."""

from __future__ import annotations

import pytest

from geoplan.domain.indicators import INDICATORS
from geoplan.errors import InputError, TargetError
from geoplan.io.paths import sample_project
from geoplan.io.targets import read_targets, target_file, target_sets
from geoplan.model.targets import CONFIDENCES

HEAD = {"id": "ours", "zh": "本区目标", "en": "Ours", "source": "a plan", "confidence": "read"}
ENTRY = {
    "id": "beds",
    "indicator": "home_care_beds",
    "text_zh": "三百张",
    "text_en": "Three hundred",
    "number": 300,
    "unit": "beds",
    "comparison": ">=",
    "level": "district",
}


def toml(value):
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def written(folder, *entries, head=HEAD):
    lines = ["[set]", *(f"{key} = {toml(value)}" for key, value in head.items())]
    for entry in entries:
        lines += ["[[target]]", *(f"{key} = {toml(value)}" for key, value in entry.items())]
    path = folder / "targets.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_target_takes_what_it_does_not_say_from_its_set(tmp_path):
    further = {**ENTRY, "id": "more", "source": "another plan", "deadline": "2022-10-31"}
    found = read_targets(written(tmp_path, ENTRY, further))
    assert (found.id, found.zh, found.en) == ("ours", "本区目标", "Ours")
    assert [target.id for target in found.targets] == ["ours.beds", "ours.more"]
    assert [target.source for target in found.targets] == ["a plan", "another plan"]
    assert found.targets[1].deadline == "2022-10-31"
    assert found.targets[0].number == 300.0
    assert not found.targets[0].by_child_ceiling


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"indicator": "home_care_bed"}, "did you mean 'home_care_beds'"),
        ({"unit": "people"}, "'people', but home_care_beds is counted in 'beds'"),
        ({"comparison": ">"}, "comparison '>' is not known"),
        ({"level": "city"}, "level 'city' is not known"),
        ({"confidence": "sure"}, "confidence 'sure' is not known"),
        ({"service": "meal"}, "did you mean 'meals'"),
        ({"deadline": "next October"}, "deadline is 'next October'; write a date"),
        ({"deadline": "20221031"}, "write a date"),
        ({"number": "many"}, "number is 'many'; write a number"),
        ({"number": True}, "number is True; write a number"),
        ({"number": -1}, "cannot be negative"),
        ({"minutes": 7.5}, "minutes is 7.5; write a whole number"),
        ({"minutes": -5}, "minutes is -5"),
        ({"by_child_ceiling": 1}, "write true or false"),
        ({"text_zh": 5}, "text_zh is 5; write text in quotes"),
        ({"goal": 300}, "unknown key 'goal'"),
        ({"deadlin": "2022-10-31"}, "did you mean 'deadline'"),
        ({"level": "community", "by_child_ceiling": True}, "drop by_child_ceiling"),
        ({"indicator": "covered_share", "unit": "share", "number": 80}, "0.8 for 80 %"),
    ],
)
def test_an_impossible_target_is_one_sentence_with_its_place(tmp_path, change, words):
    with pytest.raises(TargetError, match=r"targets\.toml, target 2 \(beds\)") as caught:
        read_targets(written(tmp_path, {**ENTRY, "id": "first"}, {**ENTRY, **change}))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["id", "indicator", "text_zh", "text_en", "number", "unit"])
def test_a_missing_key_is_named(tmp_path, key):
    entry = {name: value for name, value in ENTRY.items() if name != key}
    with pytest.raises(TargetError, match=f"{key} is missing"):
        read_targets(written(tmp_path, entry))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[set\n", "not a TOML file"),
        ("", r"\[set\] is missing"),
        ('[set]\nid = "a"\nzh = "b"\nen = "c"\n', r"no \[\[target\]\]"),
        ('[set]\nid = "a"\nzh = "b"\n[[target]]\n', "en is missing"),
        ('[sets]\nid = "a"\n', "did you mean 'set'"),
        ('[set]\nid = "a"\nzh = "b"\nen = "c"\nedition = 2021\n[[target]]\n', "edition is 2021"),
    ],
)
def test_a_file_that_is_no_set_of_targets(tmp_path, text, words):
    path = tmp_path / "targets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TargetError, match=words):
        read_targets(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TargetError, match="no such file"):
        read_targets(tmp_path / "none.toml")


def test_one_id_twice(tmp_path):
    with pytest.raises(TargetError, match=r"two targets are named 'ours\.beds'"):
        read_targets(written(tmp_path, ENTRY, ENTRY))


def test_a_set_is_found_by_name_and_a_project_by_path(tmp_path):
    path = written(tmp_path, ENTRY)
    assert target_file("targets.toml", tmp_path) == path.resolve()
    assert target_file("changzhou-15min", tmp_path) == target_file("changzhou_15min", tmp_path)
    assert target_file("gb50180", tmp_path).parent == sample_project() / "targets"
    with pytest.raises(TargetError, match="choose one of changzhou_15min, gb50180"):
        target_file("gb", tmp_path)
    with pytest.raises(InputError, match="no such file"):
        target_file("none.toml", tmp_path)


def test_the_sets_that_ship():
    assert set(target_sets()) == {
        "changzhou_15min",
        "gb50180",
        "gb50437",
        "guizhou_700",
        "jiangsu",
        "national",
        "shanghai_2024",
        "tianning_2021",
    }


@pytest.mark.parametrize("name", target_sets())
def test_a_shipped_set_loads_and_every_number_has_its_source(name, tmp_path):
    found = read_targets(target_file(name, tmp_path))
    assert found.id == name
    for target in found.targets:
        assert INDICATORS[target.indicator].unit == target.unit
        assert target.source
        assert target.confidence in CONFIDENCES
        assert not target.text_zh.isascii()
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in target.text_en)


def test_ids_are_unique_among_all_shipped_sets(tmp_path):
    ids = [
        target.id
        for name in target_sets()
        for target in read_targets(target_file(name, tmp_path)).targets
    ]
    assert len(set(ids)) == len(ids)


def test_the_report_states_its_targets(tmp_path):
    found = read_targets(target_file("tianning_2021", tmp_path))
    stated = {target.indicator: target.number for target in found.targets}
    assert stated["care_center_subdistricts"] == 1.0
    assert stated["social_work_station_subdistricts"] == 1.0
    assert stated["social_workers_per_10000"] == 11
    assert stated["nursing_bed_share"] == 0.809
    assert stated["home_care_beds"] == 300
    assert stated["communities_with_project_share"] == 0.8
    assert stated["home_visit_80_share"] == 1.0
    project = next(one for one in found.targets if one.id.endswith("community_projects"))
    assert "98" in project.text_zh
    assert "98 of the report's 122" in project.text_en
