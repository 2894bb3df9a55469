"""What the templates of a new project hold: columns, examples, lists and notes."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.domain.groups import GROUPS, OLDER, Group
from geoplan.domain.kinds import KINDS, SERVICES
from geoplan.io.facilities import RATING_WORDS, STATUSES

_SYSTEMS = ("EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09")
"""The last two are offered so that they are declared and refused, and not mistaken for others."""
_YES_NO = ("是", "否")
_STATUS_WORDS = tuple(word for word in STATUSES if word and not word.isascii())


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a template."""

    header: str
    example: str | float
    note: str = ""
    choices: tuple[str, ...] = ()
    several: bool = False
    """True when a cell may hold several choices, separated by ``;``."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a template."""

    name: str
    """File name without ending."""
    title: str
    fields: tuple[Field, ...]
    notes: tuple[str, ...]


NOTES = (
    "第2行是示例,填表时请删除或改写;“示意”为“是”时,所有成果都会标注示意数据。",
    "经度、纬度填十进制度数,坐标系必须如实填写;高德、腾讯为 GCJ-02,百度为 BD-09,需先换算。",
    "数字不要写“约”;表头可以调换顺序,但不要改名。",
    "填好后运行 geoplan doctor 项目文件夹,逐项检查。",
)

FACILITIES = Sheet(
    name="facilities",
    title="设施",
    fields=(
        Field("编号", "A001", "必填,不得重复"),
        Field("名称", "示例社区居家养老服务站", "必填"),
        Field("类型", "社区居家养老服务站", "必填", tuple(kind.zh for kind in KINDS.values())),
        Field("镇街代码", "320402001"),
        Field("社区代码", "320402001001"),
        Field("地址", "示例路1号"),
        Field("经度", 119.97, "必填"),
        Field("纬度", 31.78, "必填"),
        Field("坐标系", "EPSG:4490", "必填", _SYSTEMS),
        Field("服务项目", "就餐;活动", "多项用;分隔", tuple(x.zh for x in SERVICES.values()), True),
        Field("状态", "", "可空", _STATUS_WORDS),
        Field("床位", 20.0),
        Field("护理型床位", 16.0),
        Field("建筑面积㎡", 600.0),
        Field("等级", "", "可空,养老机构评定的等级", RATING_WORDS),
        Field("改造费用(万元)", "", "可空,在此开办服务的费用;不填按选址类别的默认费用"),
        Field("示意", "是", "真实数据填“否”", _YES_NO),
    ),
    notes=("类型决定基本服务,“服务项目”填写另外提供的服务。",),
)


def _need(group: Group, example: float) -> Field:
    """Return the column of a need group; its note says who is meant."""
    most = "60岁以上" if group.within == OLDER else "总人口"
    return Field(group.zh, example, f"{group.definition_zh}；不得大于{most}；没有数据请删去本列")


DEMAND = Sheet(
    name="demand",
    title="人口",
    fields=(
        Field("编号", "P001", "必填,不得重复"),
        Field("小区", "示例新村"),
        Field("社区代码", "320402001001"),
        Field("经度", 119.971, "必填"),
        Field("纬度", 31.781, "必填"),
        Field("坐标系", "EPSG:4490", "必填", _SYSTEMS),
        Field("总人口", 300.0, "必填,全部常住人口"),
        Field("60岁以上", 80.0, "不得大于总人口"),
        Field("80岁以上", 12.0, "不得大于总人口"),
        _need(GROUPS["alone"], 11.0),
        _need(GROUPS["disabled"], 9.0),
        _need(GROUPS["low_income"], 1.0),
        _need(GROUPS["handicapped"], 3.0),
        Field("示意", "是", "真实数据填“否”", _YES_NO),
    ),
    notes=(
        "每行一个居民点(楼栋或小区)。没有数据的人群请删去整列,不要留空;确实没有人的填 0。",
        "同一人可属于几个人群,各人群不相加。年龄可加列,如70岁以上。",
    ),
)


def project_text(identity: str) -> str:
    """Return a commented project file with this id."""
    needs = "、".join(f"{group.id}({group.zh})" for group in GROUPS.values())
    return _PROJECT.format(identity=identity, needs=needs)


_PROJECT = """\
# geoplan 项目文件。以 # 开头的行是说明。路径都相对于本文件所在的文件夹。

[project]
id = "{identity}"            # 小写字母、数字、- 和 _;成果写在 outputs/ 下的同名文件夹
name = "新项目"              # 成果上显示的名称
lang = "zh"                  # 成果的语言:zh 或 en

[area]
# 行政区划:GeoJSON、GPKG 或 SHP,字段 code, name, level, parent_code
# level 为 district(区县)、subdistrict(镇街)、community(社区)
boundaries = "boundaries.geojson"
# crs = "EPSG:4490"          # 文件本身没有坐标系时填写

[network]
# 步行路网。先运行 geoplan fetch 下载;也可改为 .osm.pbf、.gpkg、.geojson、.walk 文件
path = "walk.graphml"
# barriers = "barriers.geojson"  # 路网文件没有的围墙、铁路、河道:字段 kind(围墙/铁路/河道)、name

[facilities]
path = "facilities.xlsx"     # 也可用 facilities.csv

[demand]
path = "demand.xlsx"         # 也可用 demand.csv

[walk]
profile = "elder60"          # 主要步行人群
minutes = [5, 10, 15]        # 步行时间,分钟
# slope = true               # 已标注的坡度折减步速(默认不计)
# scenario = "rain"          # 天气情景:rain 雨天、heat 高温、snow 冰雪;只折减步速,不改等待

# 自定步行人群:以 base 为底,写出的各项替换之;source 必填。各项写法见 geoplan/domain/walkers.toml
# [[walk.custom]]
# id = "cane"
# base = "elder80"
# zh = "拄杖老人"
# speed_m_s = 0.55
# uses_steps = true
# steps_penalty_s = 150
# source = "2026 年街道实测"

[coverage]
service = "elderly_care"     # 主要服务
group = "60+"                # 主要人群:all、60+、80+,或人口表中有的 {needs}

[siting]
model = "mclp"               # 最大覆盖选址
new = 5                      # 建议新增(或提升)的站点数
# 候选类别:room 社区用房、party_center 党群服务中心、idle 闲置用房、upgrade 现有站点提升、
#          street 沿街新设
# classes = ["room", "party_center", "idle", "upgrade", "street"]
# min_spacing_m = 300        # 站点之间(含现有同类设施)的最小直线距离,米
# budget = 300               # 总费用上限,万元
# required = ["room:A001"]   # 必须开设的候选点;编号见成果 layers.gpkg 的 candidates 图层
# banned = ["idle:A002"]     # 不得开设的候选点
# banned_areas = "banned.geojson"  # 不得设点的范围(面图层,含边界)
# floor = 0.6                # 每个镇街至少覆盖的比例
# max_gap = 0.3              # 镇街之间覆盖比例的最大差距
# [siting.cost]              # 各类别的费用,万元;不写的用 geoplan 的示意值(不是公布的数据)
# room = 10
# [siting.floors]            # 个别镇街(名称或代码)至少覆盖的比例,先于 floor
# "示例街道" = 0.7
# [[siting.stages]]          # 分年实施;写了各年就不写上面的 new
# year = 2027
# new = 3
# budget = 150

[scorecard]
# 目标对照:自带的目标集,或本项目自己的 .toml 文件
# 自带:tianning_2021, changzhou_15min, jiangsu, national,
#      gb50180, gb50437, shanghai_2024, guizhou_700
targets = ["gb50180", "national"]
# edition = "2026"           # 本次资料的版次
# date = "2026-10-31"        # 资料截止日

# 单位上报的数字(可含多个年度):表头 版次, 层级, 代码, 指标, 数值, 单位, 日期, 来源;指标名见 README
# [reported]
# path = "reported.xlsx"

# 核查:每次运行前先查地名、界线、驻地和设施;单独核查用 geoplan check project 本文件夹
# [check]
# names = "名录.csv"         # 地名录:代码, 名称, 类别 …;不写则核查区划图上的名称
# seats = "驻地.csv"         # 政府驻地:机关名称, 区划代码, 经度, 纬度, 坐标系
# texts = ["总结.docx"]      # 要核查地名的文稿
# rules = "rules.toml"       # 规则文件,由 geoplan rules --format toml 生成后修改
# accept = "accepted.toml"   # 已接受的例外,附理由和日期
# date = "2026-11-24"        # 核查日期
# [check.companions]         # 一并对照的文件,角色见 README
# roster = "名录.csv"
"""
