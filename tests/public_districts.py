"""Random districts with few people, and all the tables that are made of them.

Every table is summed from the homes themselves, by loops that share no code with geoplan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from geoplan.model.places import Boundaries
from geoplan.stages.public_lists import MainSlice
from tests.towns import CRS, SOURCE

GROUPS = ("all", "80+")
SERVICES = ("elderly_care", "social_work", "community_center")
PROFILES = {"elder60": 1.0, "elder80": 1.4}
MINUTES = (10, 15)
MAIN = MainSlice("elderly_care", "elder60", 15, "80+")
KINDS = {
    "elderly_care": "care_station",
    "social_work": "social_work_station",
    "community_center": "community_center",
}


@dataclass
class District:
    """Homes, the units they lie in, and minutes to each facility."""

    boundaries: Boundaries
    homes: pd.DataFrame
    """subdistrict and community (codes, may be empty), place, road, all, 80+, gap."""
    gives: tuple[str, ...]
    minutes: np.ndarray
    """(homes, facilities) minutes of the main profile, inf without a way."""
    rng: np.random.Generator = field(repr=False)

    def nearest(self, service, profile):
        mine = [column for column, gives in enumerate(self.gives) if gives == service]
        return self.minutes[:, mine].min(axis=1) * PROFILES[profile]


def random_district(seed, *, most=6, least=0, multiple=1):
    """Return a random district; each home has at most ``most`` people, times ``multiple``."""
    rng = np.random.default_rng(seed)
    units, homes = [("d", "区", "district", "")], []
    for number in range(rng.integers(1, 4)):
        street = f"s{number}"
        units.append((street, f"街{number}", "subdistrict", "d"))
        communities = [f"{street}c{one}" for one in range(rng.integers(0, 4))]
        units += [(code, f"社{code[-1]}", "community", street) for code in communities]
        lowest = [*communities, ""] if communities and rng.random() < 0.4 else communities or [""]
        for community in lowest:
            homes += _homes(rng, street, community)
    if rng.random() < 0.3:
        homes += _homes(rng, "", "")
    table = pd.DataFrame(homes, columns=["subdistrict", "community", "place", "road", "x", "y"])
    people = rng.integers(least, most + 1, len(table)) * rng.integers(1, 12, len(table))
    table["all"] = people * multiple
    table["80+"] = (people * rng.choice([0.0, 0.3, 1.0], len(table))).astype(int) * multiple
    table["gap"] = rng.integers(0, 3, len(table))
    gives = ("elderly_care",) * rng.integers(1, 3) + SERVICES[1:] + ("community_center",)
    spots = rng.uniform(0, 40, (len(gives), 2))
    minutes = np.hypot(*(table[["x", "y"]].to_numpy()[:, None] - spots[None]).transpose(2, 0, 1))
    minutes[rng.random(len(table)) < 0.05] = np.inf
    return District(_boundaries(units), table, gives, minutes, rng)


def _homes(rng, street, community):
    x, y = rng.uniform(0, 40, 2)
    count = rng.integers(1, 5)
    names = rng.choice(["甲", "乙", "丙", ""], count)
    roads = rng.choice(["东路", "西路", ""], count)
    return [
        (street, community, names[one], roads[one], *(np.array([x, y]) + rng.normal(0, 4, 2)))
        for one in range(count)
    ]


def _boundaries(units):
    order = {"district": 0, "subdistrict": 1, "community": 2}
    rows = sorted(units, key=lambda unit: (order[unit[2]], unit[0]))
    code, name, level, parent = (np.array(column) for column in zip(*rows, strict=True))
    return Boundaries(
        code=code,
        name=name,
        level=level,
        parent=parent,
        geometry=np.array([shapely.box(0, 0, 1, 1)] * len(rows), dtype=object),
        made=np.ones(len(rows), dtype=bool),
        crs=CRS,
        source=SOURCE,
    )


def node_homes(district):
    """Return node → rows of its homes, for every node that a table prints."""
    homes, nodes = district.homes, {}
    bounds = district.boundaries
    for code, name, level in zip(bounds.code, bounds.name, bounds.level, strict=True):
        inside = {
            "district": np.ones(len(homes), bool),
            "subdistrict": homes["subdistrict"] == code,
            "community": homes["community"] == code,
        }[level]
        nodes[str(level), str(code), str(name)] = np.flatnonzero(inside)
    street = homes["subdistrict"].where(homes["subdistrict"] != "", "d")
    lowest = homes["community"].where(homes["community"] != "", street)
    for level, code, name in (("place", lowest, homes["place"]), ("road", street, homes["road"])):
        for key, rows in homes.groupby([code.to_numpy(), name.to_numpy()]).indices.items():
            nodes[(level, *key)] = rows
    return nodes


def splits(district):
    """Return homes of the rests, and (parent, children) of every split, rests among the children.

    A rest is what the smaller units leave of a unit, ``("rest", code, "")``; one where nobody
    lives is left out, as a reader may know that the smaller units fill the larger one.
    """
    nodes, bounds, rests, found = node_homes(district), district.boundaries, {}, []
    everyone = district.homes["all"].to_numpy()
    for code in bounds.code.tolist():
        own = set(bounds.code[bounds.parent == code].tolist())
        parent = next(key for key in nodes if key[1] == code and key[0] not in {"place", "road"})
        children = [key for key in nodes if key[1] in own and key[0] not in {"place", "road"}]
        inside = [nodes[key] for key in children]
        left = np.setdiff1d(nodes[parent], np.concatenate([*inside, np.empty(0, int)]))
        if children and everyone[left].sum() > 0:
            rests["rest", code, ""] = left
        if children:
            found.append((parent, [*children, *([("rest", code, "")] if left.size else [])]))
        for level in ("place", "road"):
            keys = [key for key in nodes if key[:2] == (level, code)]
            inside = np.sort(np.concatenate([*(nodes[key] for key in keys), np.empty(0, int)]))
            whole = np.array_equal(inside, nodes[parent])
            if keys:
                found.append((parent if whole else ("rest", code, ""), keys))
    known = set(nodes) | set(rests)
    tidy = [(up, [key for key in below if key in known]) for up, below in found if up in known]
    return rests, tidy


def unit_tables(district, nodes=None):
    """Return coverage, choices, certainty, bundles and times, from the homes by plain sums."""
    rows = {name: [] for name in ("coverage", "choices", "certainty", "bundles", "times")}
    for node, inside in (nodes or node_homes(district)).items():
        for group in GROUPS:
            people = district.homes[group].to_numpy()[inside]
            for profile in PROFILES:
                _rows_of_node(rows, district, (node, inside, group, people), profile)
    node = ("level", "code", "name")
    by = ("service", "profile", "minutes", "group", "people")
    columns = {
        "coverage": (*node, *by, "covered", "share"),
        "choices": (*node, *by, "none", "one", "two", "more"),
        "certainty": (*node, *by, "certain", "likely", "only_if", "never"),
        "bundles": (*node, *by[1:], "none", "one", "two", "three"),
        "times": (*node, "service", "profile", "group", "people", "no_way")
        + ("mean_min", "median_min", "p90_min", "max_min"),
    }
    return {name: pd.DataFrame(rows[name], columns=list(columns[name])) for name in rows}


def _rows_of_node(rows, district, about, profile):
    node, inside, group, people = about
    total = int(people.sum())
    times = {one: district.nearest(one, profile)[inside] for one in SERVICES}
    for limit in MINUTES:
        reached = np.sum([times[one] <= limit for one in SERVICES], axis=0)
        counts = [int(people[reached == number].sum()) for number in range(4)]
        if node[0] != "place":
            rows["bundles"].append((*node, profile, limit, group, total, *counts))
    for service in SERVICES:
        key, nearest = (*node, service, profile), times[service]
        for limit in MINUTES:
            slice_key = (*key, limit, group, total)
            covered = int(people[nearest <= limit].sum())
            share = round(covered / total, 6) if total else np.nan
            rows["coverage"].append((*slice_key, covered, share))
            if profile == "elder60" and node[0] != "road":
                rows["choices"].append((*slice_key, *_choices(district, service, limit, about)))
                steps = np.searchsorted([0.85 * limit, limit, 1.15 * limit], nearest)
                counts = [int(people[steps == step].sum()) for step in range(4)]
                rows["certainty"].append((*slice_key, *counts))
        way = np.isfinite(nearest) & (people > 0)
        spread = np.repeat(nearest[way], people[way])
        statistics = (
            (spread.mean(), np.median(spread), np.quantile(spread, 0.9), spread.max())
            if spread.size
            else (np.nan,) * 4
        )
        no_way = int(people[~np.isfinite(nearest)].sum())
        rows["times"].append((*key, group, total, no_way, *statistics))


def _choices(district, service, limit, about):
    _, inside, _, people = about
    mine = [column for column, gives in enumerate(district.gives) if gives == service]
    number = np.minimum((district.minutes[np.ix_(inside, mine)] <= limit).sum(axis=1), 3)
    return [int(people[number == one].sum()) for one in range(4)]


def gaps_of(district):
    """Return the gaps with their homes in the column ``homes``."""
    homes, rows = district.homes, []
    main = district.nearest(MAIN.service, MAIN.profile) > MAIN.minutes
    other = district.nearest(MAIN.service, "elder80") > MAIN.minutes
    names = dict(zip(district.boundaries.code.tolist(), district.boundaries.name, strict=True))
    lived = (homes["all"] > 0).to_numpy()
    for kind, profile, chosen in (
        ("ACH", "elder60", main & lived),
        ("B", "elder80", ~main & other & (homes["80+"] > 0).to_numpy()),
        ("D", "elder60", ~other & lived),
    ):
        for (street, community, label), inside in (
            homes[chosen].groupby(["subdistrict", "community", "gap"]).groups.items()
        ):
            people = {f"people_{g.rstrip('+')}": int(homes.loc[inside, g].sum()) for g in GROUPS}
            rows.append(
                {
                    "id": f"G{len(rows) + 1:03d}",
                    "class": kind[label % len(kind)],
                    "subdistrict": names.get(street, ""),
                    "community": names.get(community, ""),
                    "place": homes.loc[inside[0], "place"],
                    "service": MAIN.service,
                    "profile": profile,
                    **people,
                    "minutes": 20.0,
                    "near_miss_people": people["people_all"] // 2,
                    "homes": tuple(inside),
                }
            )
    columns = ["id", "class", "subdistrict", "community", "place", "service", "profile"]
    columns += ["people_all", "people_80", "minutes", "near_miss_people", "homes"]
    return pd.DataFrame(rows, columns=columns)


def facilities_of(district):
    """Return people, marginal and nearest people of each facility."""
    everyone, rows = district.homes["all"].to_numpy(), []
    for column, service in enumerate(district.gives):
        mine = [one for one, gives in enumerate(district.gives) if gives == service]
        within = district.minutes[:, mine] <= MAIN.minutes
        alone = within[:, mine.index(column)] & (within.sum(axis=1) == 1)
        first = district.minutes[:, mine].argmin(axis=1) == mine.index(column)
        near = first & within.any(axis=1) & (service == MAIN.service)
        row = {"id": f"F{column}", "kind": KINDS[service], "services": service}
        for limit in MINUTES:
            row[f"people_{limit}"] = int(everyone[district.minutes[:, column] <= limit].sum())
        row |= {"marginal_15": int(everyone[alone].sum())}
        row |= {"union_share_15": everyone[within[:, mine.index(column)]].sum() / 2}
        row |= {"capacity": 50, "nearest_people": int(district.homes[MAIN.group][near].sum())}
        rows.append(row | {"load": row["nearest_people"] / 50})
    return pd.DataFrame(rows)


def sites_of(district):
    """Return sites that cover the uncovered homes in three turns; the main group is ``80+``."""
    homes = district.homes
    beyond = district.nearest(MAIN.service, MAIN.profile) > MAIN.minutes
    covered, total = int(homes["80+"][~beyond].sum()), max(int(homes["80+"].sum()), 1)
    rows = []
    for rank in range(3):
        inside = beyond & (homes["gap"] == rank).to_numpy()
        gains = {f"gain_{g.rstrip('+')}": int(homes[g][inside].sum()) for g in GROUPS}
        covered += gains["gain_80"]
        share = round(covered / total, 6)
        rows.append({"rank": rank + 1, **gains, "cumulative_share": share, "margin": 7.0})
    return pd.DataFrame(rows)


def all_tables(district):
    """Return every table that can be published."""
    return unit_tables(district) | {
        "gaps": gaps_of(district),
        "facilities": facilities_of(district),
        "recommendations": sites_of(district),
    }
