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
# ## 盲区 · Gaps, most people first

# %%
result.gaps.head(10)

# %% [markdown]
# ## 选址建议 · Recommended sites
# 方案已证明为最优;`margin` 是改用次优点时损失的人数。

# %%
result.recommendations[
    ["rank", "name", "subdistrict", "community", "origin", "gain_60", "cumulative_share"]
]

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
