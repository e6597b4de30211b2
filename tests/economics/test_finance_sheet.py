"""The sheet with every input times 1.5: what is in the repository is what the model says.

After an intended change, write it anew and review the diff:

    python -m costmodel.analysis.sheet coreweave-contract tests/golden/finance_sheet.csv
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from costmodel.analysis import sheet
from costmodel.analysis.study import load

FILE = Path(__file__).parents[1] / "golden" / "finance_sheet.csv"
KEYS = ["offer", "input"]


def test_the_sheet_is_current(tmp_path: Path) -> None:
    """Every figure of the golden sheet is reproduced to 1e-6, and no input is missing or new."""
    written = tmp_path / "sheet.csv"
    assert sheet.main(["coreweave-contract", str(written)]) == 0
    old, new = (pd.read_csv(file).set_index(KEYS) for file in (FILE, written))
    assert set(old.index) == set(new.index)
    for column in ("at_value", "at_1.5_times"):
        assert new[column].to_dict() == pytest.approx(old[column].to_dict(), rel=1e-6)


def test_the_first_column_is_the_headline() -> None:
    """Unchanged inputs give the comparison's own figure, and every offer has its inputs."""
    study = load("coreweave-contract")
    found = sheet.sheet(study)
    headline = study.compare()[study.headline]
    for offer, rows in found.groupby("offer"):
        assert rows["at_value"].to_numpy() == pytest.approx(headline[offer], rel=1e-9)
    assert len(found) == len(found.drop_duplicates(KEYS))


def test_wrong_use_says_how(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Missing arguments and unknown scenarios end with code 2 and a sentence."""
    assert sheet.main([]) == 2
    assert sheet.main(["no-such-scenario", str(tmp_path / "x.csv")]) == 2
    assert "usage" in capsys.readouterr().err
