"""What all rules about names cost on registers of growing size, and what they find.

    python benchmarks/names.py [SIZE,SIZE…]

The registers are made (``made_names.py``, ``made_columns.py``) with every column and companion that
a rule asks for, so that none is silent; every size runs in a process of its own. Each planted fault
must be found before a time is printed. Seconds are processor time, for the machine is shared. The
first rule that takes the names apart pays for it.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from made_columns import full_register

from geoplan.checks.names.table import CHECKS
from geoplan.domain.rules import rulebook

SIZES = (12_500, 25_000, 50_000, 100_000)


def measured(size: int) -> dict[str, Any]:
    """Return seconds by rule, findings by rule and case, and memory, of one made register."""
    gc.disable()  # as the linter does while its rules run
    register = full_register(size)
    before_mb = _peak_mb()
    begin = time.process_time()
    dossier, book = register.dossier(), rulebook()
    seconds = {"reading": time.process_time() - begin}
    found = []
    for name, check in CHECKS.items():
        begin = time.process_time()
        rule = book.rules[name]
        of_rule = [one for one in check(dossier, rule) if rule.kept(one)] if rule.on else []
        seconds[name] = time.process_time() - begin
        found += of_rule
    there = {(one.rule, one.case, code) for one in found for code in (one.subject, *one.about)}
    missed = [fault for fault in register.planted if fault not in there]
    if missed:
        raise SystemExit(f"{len(missed)} planted faults were not found, such as {missed[0]}")
    return {
        "seconds": seconds,
        "found": Counter(f"{one.rule} {one.case}".strip() for one in found),
        "planted": Counter(f"{rule} {case}" for rule, case, _ in register.planted),
        "grown_mb": _peak_mb() - before_mb,
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _alone(size: int) -> dict[str, Any]:
    """Return the measures of one size, taken in a process of its own."""
    command = [sys.executable, __file__, "--alone", str(size)]
    done = subprocess.run(  # noqa: S603  this very file
        command, stdout=subprocess.PIPE, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(sizes: list[int]) -> None:
    """Print seconds, growth and memory by size, and findings of the largest register."""
    answers = [_alone(size) for size in sizes]
    print("| rule | " + " | ".join(f"{size:,} names, s" for size in sizes) + " | growth |")
    print("|---" * (len(sizes) + 2) + "|")
    for rule in (*answers[0]["seconds"], "all rules"):
        taken = [_seconds(answer["seconds"], rule) for answer in answers]
        print(
            f"| {rule} | "
            + " | ".join(f"{one:.2f}" for one in taken)
            + f" | {_growth(sizes, taken)} |"
        )
    nano = [
        1e9 * _seconds(answer["seconds"], "all rules") / (size * log(size))
        for size, answer in zip(sizes, answers, strict=True)
    ]
    print(
        "| all rules, ns a name and log n | " + " | ".join(f"{one:,.0f}" for one in nano) + " | |"
    )
    print("| MB | " + " | ".join(f"{answer['grown_mb']:.0f}" for answer in answers) + " | |")
    print(f"\n| of {sizes[-1]:,} names | found | planted |\n|---|---|---|")
    found, planted = answers[-1]["found"], answers[-1]["planted"]
    for case in sorted(found):
        print(f"| {case} | {found[case]:,} | {planted.get(case, 0):,} |")


def _seconds(seconds: dict[str, float], rule: str) -> float:
    return sum(seconds[name] for name in CHECKS) if rule == "all rules" else seconds[rule]


def _growth(sizes: list[int], taken: list[float]) -> str:
    """Return the exponents between neighbouring sizes: 1 is linear."""
    steps = pairwise(zip(sizes, taken, strict=True))
    return ", ".join(f"{log(t2 / t1) / log(n2 / n1):.2f}" for (n1, t1), (n2, t2) in steps)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(measured(int(sys.argv[2]))))
    else:
        main([int(size) for size in sys.argv[1].split(",")] if sys.argv[1:] else list(SIZES))
