# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 核查地名和界线 · Checking names and boundaries
#
# 名录是公开的天宁区村（社区）名录,界线是**示意数据**。核查只提出问题,不改动任何文件。
#
# The register is the public one of Tianning, the boundaries are **made**. A check tells what is
# doubtful and changes nothing.

# %%
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

import geoplan
from geoplan.views.finding_words import finding_mend, finding_sentence

folder = geoplan.open_project().folder / "boundaries"
register = folder / "tianning_gazetteer.csv"
earlier = folder / "tianning_codes_old_edition.csv"


def told(findings):
    """Return findings as a table that people read."""
    return pd.DataFrame(
        {
            "级别": [one.severity for one in findings],
            "规则": [one.rule for one in findings],
            "说明": [finding_sentence(one, "zh") for one in findings],
            "建议": [finding_mend(one, "zh") for one in findings],
        }
    )


# %% [markdown]
# ## 名录 · The register
# 序数小区（丽华一村、丽华二村）不算重名;`N02` 的“富强村—富强新村”由人判断。

# %%
names = geoplan.check("names", register)
told(names)

# %% [markdown]
# ## 旧版名录 · The earlier edition
# 旧版里有真正的错误:重名的勤丰村、天安河滨社区,以及与代码矛盾的一行。

# %%
old = geoplan.check("names", earlier)
told([one for one in old if one.severity == "error"])

# %% [markdown]
# ## 界线 · Boundaries
# 自带的界线严丝合缝,没有发现。把一个社区向东挪 8 米,就有了重叠和空白。
#
# The embedded boundaries tile without a fault. Move one community 8 m to the east, and there is
# an overlap on one side and a gap on the other.

# %%
units = gpd.read_file(folder / "tianning_boundaries.geojson")
print(len(geoplan.check("boundaries", units)), "findings")

metric = units.to_crs("EPSG:4549")
row = metric.index[metric["name"] == "丽华一村社区居委会"][0]
moved = metric.copy()
moved.loc[row, "geometry"] = shapely.transform(metric.geometry[row], lambda xy: xy + [8.0, 0.0])
faults = geoplan.check("boundaries", moved.to_crs(units.crs))
told(faults)[["级别", "规则", "说明"]].head(8)

# %% [markdown]
# ## 文本 · A report
# 报告里写错的县名:陕西省没有揭阳县,2021 年起旬阳是市。

# %%
report = Path("report.txt")
report.write_text("2021年向陕西省揭阳县捐赠15万元;2019年走访了陕西省旬阳县。", encoding="utf-8")
text = geoplan.check("text", report, date="2023-05-01")
report.unlink()
told(text)

# %% [markdown]
# ## 规则 · Rules as data
# 开关、级别和参数都可以改:这里只看错误,并把近似名降为提示。

# %%
quiet = geoplan.check("names", register, N02="note", N06=False, N20=False)
pd.Series([one.severity for one in quiet]).value_counts()
