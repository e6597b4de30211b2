"""Tables of answers over values of inputs, and the same question under other facts."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.draws import CHUNK
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, FormulaError, UnitError, UnknownName
from costmodel.units import quantity

USERS = "demand.users"


def test_a_sweep_gives_what_a_changed_study_gives(serving: Study) -> None:
    """One row of a sweep is the comparison under that value."""
    users = float(serving.inputs()[USERS].value.magnitude)
    row = serving.sweep({USERS: [users * 2]}).iloc[0]
    table = serving.with_({USERS: quantity(users * 2, "user")}).compare()[serving.headline]
    for offer in serving.costs:
        assert row[offer] == pytest.approx(table[offer], rel=1e-12)


def test_the_scenarios_own_value_changes_nothing(serving: Study) -> None:
    """A study with the value that its file gives is the study."""
    own = serving.inputs()[USERS].value
    np.testing.assert_array_equal(
        serving.with_({USERS: own}).compare()[serving.headline], serving.compare()[serving.headline]
    )


def test_a_grid_has_every_combination(serving: Study) -> None:
    """Two inputs of two and three values make six rows."""
    users = float(serving.inputs()[USERS].value.magnitude)
    table = serving.sweep({USERS: [users, users * 2], "demand.queries_per_user": [1.0, 2.0, 3.0]}, grid=True)
    assert len(table) == 6
    assert not table.duplicated([USERS, "demand.queries_per_user"]).any()


def test_columns_of_two_lengths_are_refused(serving: Study) -> None:
    """The error says how long each column is and what helps."""
    with pytest.raises(CostModelError, match="grid=True"):
        serving.sweep({USERS: [1e6, 2e6], "demand.queries_per_user": [1.0, 2.0, 3.0]})


def test_out_of_bounds_raises_or_is_marked(serving: Study) -> None:
    """A system that lives for no time has no cost per month."""
    name = next(one for one in serving.inputs() if one.endswith(".lifetime"))
    with pytest.raises(FormulaError):
        serving.sweep({name: [0.0, 4.0]})
    table = serving.sweep({name: [0.0, 4.0]}, errors="mark")
    offers = list(serving.costs)
    assert table.loc[0, offers].isna().any()
    assert table.loc[1, offers].notna().all()


def test_the_bounds_of_spec_files_hold_in_a_sweep(serving: Study) -> None:
    """What a file cannot say, a sweep cannot either, whatever the formulas would take."""
    name = f"{serving.scenario.site.id}.pue"
    with pytest.raises(FormulaError, match=r'pue: "0\.5" is too small; pue is 1 or more'):
        serving.sweep({name: [1.1, 0.5]})
    marked = serving.sweep({name: [1.1, 0.5]}, errors="mark")[list(serving.costs)]
    assert marked.isna().all(axis=1).tolist() == [False, True]


def test_unknown_names_and_wrong_units_are_explained(serving: Study) -> None:
    """With near matches, and with what the file gives."""
    with pytest.raises(UnknownName, match=USERS):
        serving.with_({"demand.user": "3e6 user"})
    with pytest.raises(UnknownName, match=USERS):
        serving.sweep({"demand.user": [3e6]})
    with pytest.raises(UnitError, match=USERS):
        serving.with_({USERS: "3 hour"})
    with pytest.raises(UnknownName, match=r"program\.meanwhile is no number .*: give it when the scenario is loaded"):
        serving.with_({"program.meanwhile": "purchase/hgx-h100"})


def test_draws_are_held_in_chunks(serving: Study) -> None:
    """Twice the draws take little more memory: their inputs are let go, and costs alone are kept."""
    serving.sampler.draw(1)
    most = []
    for draws in (2 * CHUNK, 4 * CHUNK):
        tracemalloc.start()
        try:
            serving.sampler.draw(draws, keep=False)
            most.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert most[1] - most[0] < 2 * CHUNK * 8 * len(serving.sampler.leaves)


def test_a_sample_has_the_inputs_and_the_answers(serving: Study) -> None:
    """Each row of a sample is a row of the sweep over its inputs."""
    table = serving.sample(5, seed=1)
    offers = list(serving.costs)
    given = {name: table[name].to_numpy() for name in table.columns if name not in offers}
    np.testing.assert_allclose(serving.sweep(given, errors="mark")[offers], table[offers], rtol=1e-12)
    assert set(table.attrs["units"]) == set(table.columns)


def test_a_sample_in_parts_is_the_sample(serving: Study) -> None:
    """To the last bit, wherever it is cut and whichever columns are asked for."""
    columns = ["purchase/hgx-h100", "demand.peak_to_mean"]
    whole = serving.sample(CHUNK + 100, seed=2)
    parts = list(serving.samples(CHUNK + 100, seed=2, columns=columns, chunk=3_000))
    assert [len(part) for part in parts] == [3_000, 3_000, CHUNK + 100 - 6_000]
    pd.testing.assert_frame_equal(pd.concat(parts), whole[columns], check_exact=True)
    assert parts[0].attrs["units"] == {"purchase/hgx-h100": "USD/user/month", "demand.peak_to_mean": ""}


def test_a_sample_refuses_what_it_does_not_have(serving: Study) -> None:
    """Before the first row is drawn."""
    with pytest.raises(UnknownName, match="purchase/hgx-h100"):
        serving.samples(10, columns=["purchase/hgx-h10"])
    with pytest.raises(CostModelError, match="chunk is a number from 1 to"):
        serving.samples(10, chunk=0)


def test_a_sample_takes_no_more_memory_than_it_may(serving: Study) -> None:
    """What is too large is refused before it is drawn, with what fits; what fits is drawn, and one draw more is not."""
    columns = len(serving.sample(1).columns)
    fits = 1_000_000 // (8 * columns)
    assert len(serving.sample(fits, memory="1 MB")) == fits
    with pytest.raises(CostModelError, match=rf"at most {fits:,} draws, name at most {columns - 1} columns"):
        serving.sample(fits + 1, memory=1.0)
    with pytest.raises(CostModelError, match=r"memory=\"."):
        serving.sample(1_000_000)


def test_what_is_no_number_and_a_mistyped_choice_are_named(serving: Study) -> None:
    """A sweep says which input has no value, and how errors may be treated."""
    with pytest.raises(FormulaError, match="users: nan is no value"):
        serving.sweep({"demand.users": [float("nan"), 1e6]})
    with pytest.raises(UnknownName, match=r'No way to treat errors "marks"\. Did you mean "mark"'):
        serving.sweep({"demand.users": [1e6]}, errors="marks")  # type: ignore[arg-type]
