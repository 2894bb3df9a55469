"""A text of some lines, checked as ``geoplan check text`` does it."""

import pandas as pd

from geoplan.linting.lint import LintAsk, lint

REGISTER = pd.DataFrame(
    {
        "代码": [
            "320402001204",
            "320402002002",
            "320402003001",
            "320402003002",
            "320402109201",
            "320402004009",
        ],
        "名称": [
            "朝阳村村委会",
            "青竹苑社区居委会",
            "丽华一村社区居委会",
            "丽华二村社区居委会",
            "牟家村村委会",
            "翠竹社区居委会",
        ],
        "镇街": ["雕庄街道", "青龙街道", "茶山街道", "茶山街道", "郑陆镇", "红梅街道"],
        "别名": ["", "竹苑小区;竹苑里", "", "", "", ""],
    }
)
EARLIER = pd.DataFrame(
    {
        "代码": ["320402001200", "320402002002", "320402001203"],
        "名称": ["优胜村村委会", "青竹苑社区居委会", "翠竹村村委会"],
        "镇街": ["雕庄街道", "青龙街道", "新丰街街道"],
    }
)


def found(*lines, date="2026-06-01", names=None, earlier=None, book=None):
    companions = {
        role: table for role, table in (("names", names), ("earlier", earlier)) if table is not None
    }
    more = {"book": book} if book else {}
    ask = LintAsk(companions=companions, date=date, **more)
    return lint("text", pd.DataFrame({"text": list(lines)}), ask).findings


def keys(findings):
    return [(one.rule, one.case, one.subject) for one in findings]
