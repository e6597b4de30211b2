"""Accuracy of serving at a fixed concurrency: output tokens per second and accelerator, with TTFT and TPOT beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from costmodel.calibration.accuracy.result import HIGH, LOW, PREDICTED, REASON
from costmodel.calibration.accuracy.serving_rows import Group, groups
from costmodel.calibration.accuracy.table import MEASURED_NUMBER, Table
from costmodel.calibration.accuracy.unanswerable import GUESSED, apart, empty, speculative, without_room
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.serving import steady_state
from costmodel.specs.catalog import Catalog
from costmodel.specs.rows import MAYBE_NONE, Bounds
from costmodel.units import magnitude, quantity

RATE = "output_tokens_per_s_per_chip"
FIRST, TOKEN = "predicted_ttft_ms", "predicted_tpot_ms"
NAMES = ("model", "system", "framework", "precision")
POSITIVE = ("isl", "osl", "concurrency", "tp_size")
COLUMNS = (*NAMES, *POSITIVE)
APART = (
    "prompts are read on other accelerators (disaggregated), and the row does not say on how many of which layout; "
    "costmodel search --disaggregated answers for such deployments"
)
HIDDEN = (RATE, "ttft_ms", "tpot_ms", "repeats", "spread")
NUMBERS = {
    **dict.fromkeys((*POSITIVE, "moe_ep_size", "chips"), MAYBE_NONE),
    **dict.fromkeys((RATE, "ttft_ms", "tpot_ms"), MEASURED_NUMBER),
    "draft_tokens": MAYBE_NONE,
    **dict.fromkeys(("draft_acceptance", "cached_prompt_share"), Bounds(most=1)),
}


def measured_rate(rows: pd.DataFrame) -> pd.Series[float]:
    """Return measured output tokens per second and accelerator."""
    return pd.to_numeric(rows[RATE], errors="coerce")


def predict(rows: pd.DataFrame, catalog: Catalog, constants: Constants | None = None) -> pd.DataFrame:
    """Return predictions with 80% interval, time to first token and per token, or reasons why there are none."""
    result = pd.DataFrame(
        {PREDICTED: np.nan, LOW: np.nan, HIGH: np.nan, REASON: "", FIRST: np.nan, TOKEN: np.nan}, rows.index
    )
    numbers = rows[list(POSITIVE)].apply(pd.to_numeric, errors="coerce")
    good = (np.isfinite(numbers) & (numbers > 0)).all(axis=1)
    result.loc[~good, REASON] = f"one of {', '.join(POSITIVE)} is missing or not positive"
    result.loc[good, REASON] = _not_of_one_replica(rows[good])
    for group in groups(rows[result[REASON] == ""], catalog, constants or load_constants()):
        if isinstance(group, Group):
            _answer(group, result)
        else:
            result.loc[group[0], REASON] = group[1]
    return result


def _not_of_one_replica(rows: pd.DataFrame) -> pd.Series[str]:
    """Return why rows are not predicted as requests on one replica; nothing where they are."""
    found = empty(rows, NAMES)
    found[(found == "") & speculative(rows)] = GUESSED
    found[(found == "") & apart(rows)] = APART
    if "chips" in rows:
        short = pd.to_numeric(rows["chips"]) < pd.to_numeric(rows["tp_size"])
        found[(found == "") & short] = "chips are fewer than tp_size"
    return found


def _answer(group: Group, result: pd.DataFrame) -> None:
    """Write the answers of a group, and why rows have none whose memory holds no request."""
    why = without_room(group.setup, group.prompt, group.output)
    fits = why == ""
    result.loc[group.rows.index, REASON] = why
    result.loc[group.rows.index[fits], [PREDICTED, LOW, HIGH, FIRST, TOKEN]] = _answers(group)[fits]


def _answers(group: Group) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    numbers = (quantity(one) for one in (group.prompt, group.output, group.concurrency))
    traffic = group.traffic(quantity(group.spread), quantity(group.undescribed))
    served = steady_state(group.setup, *numbers, traffic=traffic)
    first, token = (magnitude(t, "ms") for t in (served.time_to_first_token, served.time_per_output_token))
    nominal = group.rows["osl"].to_numpy(dtype=float)
    chips = magnitude(group.setup.replica, "1")
    rate = 1e3 * group.concurrency / (token + first / nominal) / chips  # as the table derives it
    low, high = prediction_interval(group.setup)
    return np.column_stack(np.broadcast_arrays(rate, rate * low, rate * high, first, token))


TABLES = (Table("serving", (*COLUMNS, RATE), measured_rate, predict, HIDDEN, NUMBERS),)
