"""The README lists every indicator exactly as the table of indicators says it."""

from __future__ import annotations

from pathlib import Path

from geoplan.domain.gap_classes import GAP_CLASSES
from geoplan.io.targets import target_sets
from geoplan.jobs.run import CSV_TABLES
from geoplan.views.indicator_list import indicator_markdown

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BEGIN = "<!-- indicators: python -m tools.indicator_list zh -->\n"
END = "<!-- end of indicators -->"


def test_the_list_of_the_readme_is_the_table_of_indicators():
    listed = README.split(BEGIN)[1].split(END)[0].strip()
    assert listed == indicator_markdown("zh").strip()


def test_every_csv_table_target_set_and_class_stands_in_the_readme():
    for name in CSV_TABLES:
        assert f"`{name}.csv`" in README, name
    for name in target_sets():
        assert f"`{name}`" in README, name
    for letter, one in GAP_CLASSES.items():
        assert f"| {letter} | {one.zh} |" in README, letter
