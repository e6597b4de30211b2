"""Plants faults that all tests once passed, one at a time; a named test fails for each: python docs/planted.py."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Planted:
    """A fault: a text of a file and what is written in its place, and the test that fails then."""

    what: str
    file: str
    good: str
    bad: str
    test: str


UNCERTAINTY = "tests/analysis/test_uncertainty.py::test_"
SPENT = "each = cost_per_accelerator_hour * utilization * duration"
FAULTS = (
    Planted(
        "the same draws for every input",
        "analysis/draws.py",
        "[seed, number_of(name)]",
        "[seed]",
        f"{UNCERTAINTY}draws_differ_between_inputs_and_agree_between_answers",
    ),
    Planted(
        "ends of a range at 10 and 90%",
        "analysis/ranges.py",
        "inv_cdf(0.95)",
        "inv_cdf(0.9)",
        f"{UNCERTAINTY}ranges_are_the_90_percent_intervals_of_draws",
    ),
    Planted(
        "no ceiling for shares",
        "analysis/ranges.py",
        "top if most is None else min(most, top)",
        'float("inf")',
        f"{UNCERTAINTY}shares_are_drawn_up_to_one_and_prices_beyond_their_range",
    ),
    Planted(
        "a facility written off by MACRS",
        "economics/taxes.py",
        "finance.straight_line_tax_shield(nominal_discount_rate=rate, lifetime=life)",
        "finance.macrs_tax_shield(nominal_discount_rate=rate)",
        "tests/economics/test_taxes.py::test_a_building_is_written_off_evenly_over_its_own_tax_life",
    ),
    Planted(
        "a budget over utilisation twice",
        "economics/formulas/demand.py",
        SPENT,
        SPENT.replace("utilization", "utilization * utilization"),
        "tests/economics/test_budget.py::test_a_budget_is_spent_in_equal_hours_of_use",
    ),
    Planted(
        "spread of prompts without effect on the length met",
        "performance/formulas/queueing.py",
        "return length * (1 + spread**2)",
        "return length * (1 + 0 * spread)",
        "tests/performance/service/test_flow.py::test_longer_prompts_are_met_more_often",
    ),
    Planted(
        "a layer with experts too few",
        "performance/machine/operators.py",
        "model.experts_layers * f.matrix_product_operations(",
        "(model.experts_layers - 1) * f.matrix_product_operations(",
        "tests/performance/machine/test_operators.py::test_layers_with_experts_replace_dense_ones",
    ),
    Planted(
        "2.1 for 1.9 in the sparse ratio",
        "specs/sparse.py",
        "TWICE = 1.9",
        "TWICE = 2.1",
        "tests/specs/test_sparse.py::test_a_rate_of_nearly_twice_the_family_is_refused",
    ),
    Planted(
        "no largest number",
        "units.py",
        "LARGEST = 1e100",
        "LARGEST = 1e308",
        "tests/test_units.py::test_numbers_beyond_what_formulas_can_multiply_are_refused",
    ),
    Planted(
        "no largest count",
        "specs/bounds.py",
        "LARGEST_COUNT = 10**9 - 1",
        "LARGEST_COUNT = 10**30",
        "tests/specs/test_bounds.py::test_a_count_has_a_largest_value",
    ),
    Planted(
        "water times PUE",
        "economics/physical.py",
        "water_use(power=power,",
        "water_use(power=power * site.pue,",
        "tests/economics/test_physical.py::test_water_follows_the_energy_of_the_systems_and_not_that_of_the_meter",
    ),
    Planted(
        "the last crossing for the first",
        "analysis/roots.py",
        "[sorted([*some, *others]) for",
        "[sorted([*some, *others])[::-1] for",
        "tests/properties/test_break_even.py::test_crossings_come_in_order",
    ),
)


def main() -> int:
    """Plant each fault in a copy of the tree and return how many were not seen."""
    tree, missed = Path(tempfile.mkdtemp()) / "tree", 0
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv", "out", "__pycache__"))
    for fault in FAULTS:
        file = tree / "costmodel" / fault.file
        text = file.read_text()
        if text.count(fault.good) != 1:
            sys.exit(f"{fault.file} no longer says once: {fault.good}")
        file.write_text(text.replace(fault.good, fault.bad))
        failed = _fails(tree, fault.test)
        file.write_text(text)
        missed += not failed
        sys.stdout.write(f"{'seen' if failed else 'NOT SEEN'}: {fault.what}: {fault.test}\n")
        sys.stdout.flush()
    shutil.rmtree(tree.parent)
    return missed


def _fails(tree: Path, test: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False)  # noqa: S603 - our own
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
