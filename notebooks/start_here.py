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
# # 从这里开始 · Start here
#
# 用自带的天宁区**示意数据**走一遍:谁能在 15 分钟内走到养老服务,谁不能,下一处应设在哪里。
#
# The whole way on the embedded **made** sample of Tianning: who can walk to care in 15 minutes,
# who cannot, and where the next station should stand. 换成自己的项目:`geoplan init 我的项目`。

# %%
import geoplan

project = geoplan.open_project()
result = geoplan.plan(project)
result.summary

# %% [markdown]
# ## 覆盖率 · Coverage by subdistrict
# 步行 15 分钟(含)以内到达任一养老服务设施的 60 岁以上老人。

# %%
coverage = result.coverage
here = (
    (coverage["level"] == "subdistrict")
    & (coverage["service"] == result.summary["service"])
    & (coverage["profile"] == result.summary["profile"])
    & (coverage["minutes"] == 15)
    & (coverage["group"] == "60+")
)
coverage.loc[here, ["name", "people", "covered", "share"]].sort_values("share")

# %% [markdown]
# ## 三类覆盖 · Three coverages side by side
# 有没有设施、走不走得到、服务了多少人,是三件事。None of the three follows from another.

# %%
three = result.tables.three_coverages
three.loc[
    (three["level"] == "district") & (three["profile"] == "elder60") & (three["group"] == "60+"),
    ["service", "subdistricts_with", "communities_with", "covered_share", "served"],
]

# %% [markdown]
# ## 盲区 · Gaps, most people first
# `class` 说明类型(A 空间、C 屏障、H 数据),`action` 是建议的做法。

# %%
result.gaps[["id", "class", "community", "people_60", "minutes", "reasons", "action", "link"]].head(
    10
)

# %% [markdown]
# ## 建议打通 · Missing gates, bridges and crossings

# %%
result.links[["id", "kind", "barrier_name", "community", "length_m", "people_60"]].head(5)

# %% [markdown]
# ## 目标对照 · Scorecard
# 没有数据的目标保持 `unknown`。A target without a number stays unknown.

# %%
card = result.scorecard
card.loc[card["level"] == "district", ["text_zh", "value", "goal", "status", "missing"]].head(12)

# %% [markdown]
# ## 选址建议 · Recommended sites
# 方案已证明为最优;`margin` 是改用次优点时损失的人数。

# %%
result.recommendations[
    ["rank", "name", "subdistrict", "community", "origin", "gain_60", "cumulative_share"]
]

# %% [markdown]
# ## 为什么是这里,为什么不是那里 · Why here, and why not there
# 每处的理由、没有它的最优方案、前几个方案、分期:都可以问。`wishes` 与项目文件 `[siting]` 的键相同。

# %%
study = geoplan.site_study(project, why_not=["room:F0183"], best=3)
print(study.text())

# %%
years = [{"year": 2026, "new": 3}, {"year": 2027, "new": 3}, {"year": 2028, "new": 2}]
geoplan.site_study(project, stages=years).tables["site_stages"]

# %% [markdown]
# ## 换一位步行者 · Another walker
# 同一张路网,80 岁以上老人 0.80 米/秒,不走没有坡道的台阶。

# %%
shares = coverage[
    (coverage["level"] == "district")
    & (coverage["service"] == result.summary["service"])
    & (coverage["minutes"] == 15)
    & (coverage["group"] == "60+")
]
shares[["profile", "people", "covered", "share"]]

# %% [markdown]
# ## 地图与结果文件夹 · Map and result folder

# %%
folder = result.save("outputs/notebook")
sorted(path.name for path in folder.iterdir())
