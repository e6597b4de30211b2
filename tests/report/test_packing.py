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
    places = {key: range(len(texts[key])) if one is None else one for key, one in places.items()}
    size = max(map(len, places.values()))
    return [{k: texts[k][v[i]] if k in texts else v[i] for k, v in places.items()} for i in range(size)]


@given(ROWS)
def test_rows_come_back(rows: list[dict[str, Any]]) -> None:
    """Rows of the same keys are the same when they are written out."""
    assert unpacked(packed(rows)) == rows


def test_rows_of_other_keys_stay_rows() -> None:
    """Where a row has a key that another lacks, rows are kept as they are."""
    rows = [{"a": 1}, {"b": 2}]
    assert packed(rows) == rows
