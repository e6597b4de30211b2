"""Try many inputs at each door and list the kinds of faults found: python -m tests.doors [inputs, 2000] [doors ...]."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter, defaultdict

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.doors.commands import Command
from tests.doors.every import DOORS
from tests.doors.trying import ended

SETTINGS = settings(
    max_examples=20, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
ALIKE = ("options", "library")
"""Doors that find the same files always."""
VERBOSE = "VERBOSE" in os.environ


def tried(door: str, inputs: int, seed: int) -> tuple[Counter[object], dict[str, list[tuple[Command, str]]]]:
    """Return how often which exit code came, and the faults by kind: what is said, without its numbers and names."""
    seen: set[str] = set()
    codes: Counter[object] = Counter()
    kinds: dict[str, list[tuple[Command, str]]] = defaultdict(list)

    def try_one(command: Command) -> None:
        if len(seen) == inputs or repr(command) in seen:
            return
        seen.add(repr(command))
        end = ended(command)
        codes[end.code] += 1
        if end.fault:
            kinds[re.sub(r"[\d.]+|'[^']*'", "_", end.fault)[:300]].append((command, end.fault))
        if VERBOSE:
            sys.stdout.write(f"{end.code} {end.seconds:.2f} {command.words}\n")

    strategy = DOORS[door]()
    while len(seen) < inputs:  # few draws of many seeds are more alike than many of one
        seed += 1
        seeded(seed)(SETTINGS(given(strategy)(try_one)))()
    return codes, kinds


def main(inputs: str = "2000", *doors: str, seed: int = 1) -> None:
    """Try and tell."""
    for door in doors or DOORS:
        start = time.process_time()
        codes, kinds = tried(door, int(inputs), seed)
        ends = ", ".join(f"{count} ended with {code}" for code, count in codes.most_common())
        sys.stdout.write(f"{door}: {ends}; {len(kinds)} kinds of faults; {time.process_time() - start:.0f} s\n")
        for found in kinds.values():
            command, fault = min(found, key=lambda one: len(" ".join(one[0].words)))
            sys.stdout.write(f"\n{len(found)} times: {command.words}\n{fault}\n")
            for name, thing in command.files.items() if door not in ALIKE else ():
                sys.stdout.write(f"--- {name}\n{thing[:6000] if isinstance(thing, str | bytes) else thing!r}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
