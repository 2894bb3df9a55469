"""What all rules of running text cost on a megabyte of it, in long paragraphs and in short lines.

    python benchmarks/text.py [MEGABYTES,MEGABYTES…]

Sentences of reports are made of names of a register of 122 units and of places of the country, one
in a hundred with a fault: a province that has no such county, a former county, a misspelt name. The
same sentences stand in paragraphs of about 400 characters and in lines of one sentence; both must
give the same findings, and every planted fault must be among them. Seconds are processor time.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from made_names import made_register

from geoplan.checks.table import findings_of
from geoplan.checks.text.table import CHECKS
from geoplan.domain.rules import rulebook
from geoplan.linting.text import read_dossier

SIZES_MB = (0.25, 0.5, 1.0)
UNITS = 122
PARAGRAPH = 8
"""Sentences of a paragraph."""
SOUND = (
    "{unit}现有老年人三百余人，已建成居家养老服务站一处，步行十五分钟可达。",
    "江苏省常州市天宁区{unit}与{other}相邻，界线走向清楚，界桩完好。",
    "调研组先后到浙江省杭州市西湖区、广东省广州市越秀区学习社区用房建设。",
    "截至十月底，{unit}完成地名标志更新二十块，群众反映良好，未发现不规范地名。",
    "会议要求各单位按照时间节点推进，进一步完善台账，切实提高服务水平。",
)
FAULTS = {
    "N12": "代表团赴陕西省揭阳县考察养老服务工作，听取了情况介绍。",
    "N13": "陕西省旬阳县养老院的做法可供各镇街参考。",
}


def made_text(megabytes: float) -> tuple[list[str], Counter[str], pd.DataFrame]:
    """Return sentences of so many megabytes (UTF-8), the planted faults, and the register."""
    rng = np.random.default_rng(7)
    table = made_register(5000).table
    units = table.loc[table.kind.isin(["社区", "村"]), ["code", "name"]].head(UNITS)
    names = units.name.tolist()
    sentences: list[str] = []
    planted: Counter[str] = Counter()
    size = 0
    while size < megabytes * 1e6:
        rule = str(rng.choice(list(FAULTS))) if rng.random() < 0.01 else ""
        unit, other = rng.choice(names, 2, replace=False).tolist()
        form = FAULTS.get(rule) or SOUND[int(rng.integers(len(SOUND)))]
        sentences.append(form.format(unit=unit, other=other))
        planted.update([rule] if rule else [])
        size += len(sentences[-1].encode())
    return sentences, planted, units


def measured(megabytes: float, form: str) -> dict[str, Any]:
    """Return seconds by rule and findings by rule and case."""
    sentences, planted, units = made_text(megabytes)
    step = PARAGRAPH if form == "paragraphs" else 1
    lines = ["".join(sentences[at : at + step]) for at in range(0, len(sentences), step)]
    begin = time.process_time()
    dossier = read_dossier(pd.DataFrame({"text": lines}), {"names": units}, "2026-01-01")
    seconds = {"reading": time.process_time() - begin}
    found = []
    for name, check in CHECKS.items():
        begin = time.process_time()
        found += findings_of({name: check}, dossier, rulebook())
        seconds[name] = time.process_time() - begin
    cases = Counter(f"{one.rule} {one.case}".strip() for one in found)
    for rule, count in planted.items():
        if sum(many for case, many in cases.items() if case.startswith(rule)) < count:
            raise SystemExit(f"{rule}: {count} faults were planted, found {cases}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"seconds": seconds, "cases": cases, "planted": planted, "peak_mb": peak_mb}


def _alone(megabytes: float, form: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--alone", str(megabytes), form]
    done = subprocess.run(  # noqa: S603  this very file
        command, stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(sizes: list[float]) -> None:
    """Print a row a size and form; the two forms must find the same."""
    print("| MB of text | form | " + " | ".join(("reading", *CHECKS)) + " | all, s | peak, MB |")
    print("|---" * (len(CHECKS) + 5) + "|")
    for size in sizes:
        answers = {form: _alone(size, form) for form in ("paragraphs", "lines")}
        for form, answer in answers.items():
            spent = answer["seconds"]
            cells = " | ".join(f"{one:.2f}" for one in spent.values())
            print(
                f"| {size} | {form} | {cells} | {sum(spent.values()):.2f} | "
                f"{answer['peak_mb']:.0f} |",
                flush=True,
            )
        if answers["paragraphs"]["cases"] != answers["lines"]["cases"]:
            raise SystemExit(f"{answers['paragraphs']['cases']} {answers['lines']['cases']}")
    last = answers["lines"]
    print(f"found: {dict(last['cases'])}; planted: {dict(last['planted'])}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(measured(float(sys.argv[2]), sys.argv[3])))
    else:
        main([float(one) for one in sys.argv[1].split(",")] if sys.argv[1:] else list(SIZES_MB))
