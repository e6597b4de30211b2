"""Rows written short: nothing of them is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from costmodel.report.packing import packed

CELLS = st.one_of(st.text(max_size=3), st.floats(allow_nan=False), st.booleans(), st.none())
ROWS = st.lists(st.sampled_from("abc"), unique=True, min_size=1).flatmap(
    lambda keys: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, CELLS)))
)


def unpacked(given_: Any) -> list[dict[str, Any]]:
    """Return rows as `page.js` writes them out."""
    if isinstance(given_, list):
        return given_
    texts, columns = given_["texts"], given_["columns"]
    places = {key: columns[one] if isinstance(one, str) else one for key, one in columns.items()}
    places = {
        key: [place for place, count in zip(*[iter(one["runs"])] * 2, strict=True) for _ in range(count)]
        if isinstance(one, dict)
        else one
        for key, one in places.items()
    }
    places = {key: range(len(texts[key])) if one is None else one for key, one in places.items()}
    size = max(map(len, places.values()))
    return [{k: texts[k][v[i]] if k in texts else v[i] for k, v in places.items()} for i in range(size)]


@given(ROWS)
def test_rows_come_back(rows: list[dict[str, Any]]) -> None:
    """Rows of the same keys are the same when they are written out."""
    assert unpacked(packed(rows)) == rows


@given(st.lists(st.tuples(st.sampled_from(["buy", "rent", "build"]), st.integers(1, 9)), min_size=1))
def test_places_in_runs_come_back(runs: list[tuple[str, int]]) -> None:
    """Offers that come one after the other, each many times, stand once with their counts, and come back."""
    rows = [{"offer": offer, "x": place} for offer, count in runs for place in range(count)]
    assert unpacked(packed(rows)) == rows


def test_rows_of_other_keys_stay_rows() -> None:
    """Where a row has a key that another lacks, rows are kept as they are."""
    rows = [{"a": 1}, {"b": 2}]
    assert packed(rows) == rows
