"""Libraries that are loaded late: a comparison is told without pandas, and who needs it finds it."""

from __future__ import annotations

import subprocess
import sys

TOLD = """
import sys
from costmodel.cli import main
main(["compare", "copilot"])
loaded = "pandas.core" in sys.modules
import pandas as pd
print(loaded, pd.DataFrame({"a": [1]}).shape, sys.modules["pandas"].__name__, "pandas.core" in sys.modules)
"""


def test_a_comparison_is_told_without_pandas_which_loads_when_it_is_used() -> None:
    """However many modules import it: loading it would take a third of the time."""
    told = subprocess.run([sys.executable, "-c", TOLD], check=True, capture_output=True, text=True, encoding="utf-8")
    assert told.stdout.splitlines()[-1] == "False (1, 1) pandas True"
