import pytest

from geoplan.domain.divisions import divisions, full_name, present_heir
from tests.unit.checks.texts import EARLIER, REGISTER, found, keys


def test_the_table_holds_known_facts():
    table = divisions()
    (old,) = [row for row in table.by_name["旬阳县"] if row.code == "610928"]
    assert (old.until, full_name(present_heir(old))) == (2021, "陕西省安康市旬阳市")
    assert [row.code for row in table.by_name["揭阳市"] if row.until is None] == ["445200"]
    (merged,) = table.by_name["戚墅堰区"]
    assert (merged.until, merged.heir_name) == (2015, "武进区")


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2020-06-01", []), ("2021-12-31", []), ("2022-01-01", ["dated"]), ("", ["undated"])],
)
def test_a_name_is_outdated_after_the_year_in_which_it_ended(date, expected):
    findings = found("陕西省旬阳县养老院", date=date)
    assert [one.case for one in findings] == expected
    for one in findings:
        assert (one.rule, one.severity, one.subject) == ("N13", "note", "陕西省旬阳县")
        assert one.evidence["now"] == "陕西省安康市旬阳市"


@pytest.mark.parametrize(
    ("date", "expected"),
    [("1999-12-31", []), ("2000-01-01", ["dated_gone"]), ("", ["undated_gone"])],
)
def test_a_name_without_a_known_heir_says_so(date, expected):
    findings = found("隆格尔县在建设中", date=date)
    assert [one.case for one in findings] == expected
    for one in findings:
        assert (one.subject, one.evidence["until"]) == ("隆格尔县", 1999)
        assert "now" not in one.evidence


@pytest.mark.parametrize(
    "line",
    [
        "旬阳市（原旬阳县）",
        "时为旬阳县",
        "1998年旬阳县有敬老院",
        "撤销旬阳县",
        "由旬阳县改为旬阳市",
    ],
)
def test_history_is_no_finding(line):
    assert found(line) == ()


@pytest.mark.parametrize("line", ["材料由陕西省旬阳县提供。", "将材料报送陕西省旬阳县。"])
def test_a_word_that_only_leads_to_the_name_makes_no_history(line):
    (finding,) = found(line)
    assert (finding.rule, finding.evidence["now"]) == ("N13", "陕西省安康市旬阳市")


def test_a_retired_name_of_the_earlier_edition_is_told_with_what_replaced_it():
    findings = found("优胜村村委会和翠竹村", names=REGISTER, earlier=EARLIER)
    assert keys(findings) == [("N13", "local_gone", "优胜村村委会"), ("N13", "local", "翠竹村")]
    assert findings[1].evidence["now"] == "翠竹社区居委会"
    assert found("原优胜村村委会", names=REGISTER, earlier=EARLIER) == ()


@pytest.mark.parametrize(
    ("line", "case", "subject"),
    [
        ("住在竹苑小区的老人", "alias", "竹苑小区"),
        ("青竹院社区的老人", "near", "青竹院社区"),
        ("清竹苑社区居委会", "near", "清竹苑社区"),
    ],
)
def test_other_spellings_are_warned_of_with_the_standard_name(line, case, subject):
    (one,) = found(line, names=REGISTER)
    assert (one.rule, one.severity, one.case) == ("N11", "warning", case)
    assert one.subject.startswith(subject)
    assert one.evidence["standard"] == "青竹苑社区居委会"


@pytest.mark.parametrize(
    "line",
    [
        "青竹苑社区、青竹苑社区居委会、青竹苑社区居民委员会",
        "丽华一村社区、丽华二村社区、丽华三村社区",
        "青松苑社区",
        "竹苑里路",
        "工人新村第一社区和工人新村第二社区",
        "曾用名竹苑小区",
    ],
)
def test_standard_names_ordinals_and_names_unlike_are_silent(line):
    assert found(line, names=REGISTER) == ()
