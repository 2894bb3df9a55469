"""Which office governs which unit, and dates as registers write them."""

from __future__ import annotations

import datetime as dt

import pytest

from geoplan.domain.calendar_days import last_day, years_later
from geoplan.domain.seat_names import governs, territory_name


@pytest.mark.parametrize(
    ("office", "unit", "answer"),
    [
        ("兰陵街道办事处", "兰陵街道", True),
        ("兰陵街道办", "兰陵街道", True),
        ("天宁区兰陵街道办事处", "兰陵街道", True),
        ("兰陵街道", "兰陵街道", True),
        ("郑陆镇人民政府", "郑陆镇", True),
        ("天宁区人民政府", "天宁区", True),
        ("天宁区天宁街道办事处", "天宁区", False),
        ("兰陵街道社会工作站", "兰陵街道", False),
        ("兰陵街道丽华社区居委会", "兰陵街道", False),
        ("茶山街道办事处", "兰陵街道", False),
        ("茶山街道办事处", "", False),
    ],
)
def test_an_office_governs_the_unit_before_its_ending(office, unit, answer):
    assert governs(office, unit) is answer


@pytest.mark.parametrize(
    ("unit", "territory"),
    [
        ("丽华社区居委会", "丽华社区"),
        ("清溪村村委会", "清溪村"),
        ("清溪村村民委员会", "清溪村"),
        ("兰陵街道", "兰陵街道"),
        ("居委会", "居委会"),
    ],
)
def test_a_unit_is_named_without_its_committee(unit, territory):
    assert territory_name(unit) == territory


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-05-03", dt.date(2021, 5, 3)),
        ("2021-05-03T00:00:00", dt.date(2021, 5, 3)),
        ("2021.5.3", dt.date(2021, 5, 3)),
        ("2021年5月3日", dt.date(2021, 5, 3)),
        ("20210503", dt.date(2021, 5, 3)),
        ("2021-12", dt.date(2021, 12, 31)),
        ("2024年2月", dt.date(2024, 2, 29)),
        ("2021", dt.date(2021, 12, 31)),
        ("2021-13", None),
        ("2021-02-30", None),
        ("202105", dt.date(2021, 5, 31)),
        ("20211", None),
        ("202113", None),
        ("第五轮", None),
        ("", None),
    ],
)
def test_a_date_is_read_to_its_last_day(written, day):
    assert last_day(written) == day


def test_the_same_day_of_another_year():
    assert years_later(dt.date(2021, 6, 30), 5) == dt.date(2026, 6, 30)
    assert years_later(dt.date(2024, 2, 29), 5) == dt.date(2029, 2, 28)
    assert years_later(dt.date(2024, 2, 29), -4) == dt.date(2020, 2, 29)
