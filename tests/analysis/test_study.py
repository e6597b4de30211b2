"""Studies: loaded by id or path, compared, and asked for what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, SpecError, UnknownName
from costmodel.specs.catalog import data_folder
from tests.changes import with_scenario
from tests.shipped import SCENARIOS

WITHOUT_BF16 = "rental/aws-p3-v100-on-demand"
Write = Callable[[str, str | bytes], Path]


def test_every_offer_has_a_row(study: Study) -> None:
    """The comparison has a row per offer in the order of the file, and a unit per column."""
    table = study.compare()
    assert table.index.tolist() == [offer.id for offer in study.scenario.offers]
    ends = {f"{name}{end}" for name in study.columns for end in ("_low", "_high")}
    assert set(table.attrs["units"]) == set(table.columns) == {*study.columns, *ends, *study.further, CHEAPEST}
    assert study.headline in table.columns
    assert table.drop(columns=[CHEAPEST, *study.further]).notna().all(axis=None)
    assert tuple(table.index[table[CHEAPEST].notna()]) == study.choices


def test_a_scenario_is_loaded_by_path_too(tmp_path: Path) -> None:
    """A copy of a shipped scenario anywhere gives the same answers."""
    copy = tmp_path / "mine.toml"
    copy.write_text((data_folder("reports") / f"{SCENARIOS[0]}.toml").read_text())
    assert load(copy).compare().equals(load(SCENARIOS[0]).compare())


def test_an_unknown_scenario_gets_a_suggestion() -> None:
    """A misspelled id leads to the right one."""
    with pytest.raises(UnknownName, match='Did you mean "copilot"'):
        load("copliot")


@pytest.mark.parametrize("name", ["../copilot", "/etc/passwd", "nowhere/copilot.toml", ""])
def test_a_scenario_that_does_not_exist_is_an_error_of_ours(name: str) -> None:
    """Whatever is asked for, the error is one that a caller can catch."""
    with pytest.raises(CostModelError):
        load(name)


def test_an_unknown_quantity_gets_a_suggestion(serving: Study) -> None:
    """A misspelled quantity leads to the right one."""
    with pytest.raises(UnknownName, match='Did you mean "cost_per_query"'):
        serving.explain("cost_per_qurey")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("price_date = 2026-11-01", "price_date = 2026-11-01T00:00:00", "must be a date"),
        ("price_date = 2026-11-01", 'price_date = "2026-11-01"', "must be a date"),
        ('workload = "serving"', 'workload = "serve"', 'Did you mean "serving"'),
        ('framework = "vllm"', 'framework = "vlm"', 'Did you mean "vllm"'),
        ('users = { value = "1.5e6 user"', 'users = { value = "1.5e6"', "a number of users"),
    ],
)
def test_a_faulty_scenario_names_its_line(write: Write, old: str, new: str, says: str) -> None:
    """Scenarios are checked like all other files."""
    text = (data_folder("reports") / "copilot.toml").read_text()
    assert old in text
    file = write("mine.toml", text.replace(old, new))
    with pytest.raises(SpecError) as error:
        load(file)
    (fault,) = error.value.faults
    line = next(i for i, one in enumerate(file.read_text().splitlines(), 1) if new in one)
    assert fault.startswith(f"{file}:{line}: ")
    assert says in fault


def test_an_unknown_offer_names_the_list_it_is_in(write: Write) -> None:
    """A misspelled offer leads to the right one, and to where the list of offers begins."""
    text = (data_folder("reports") / "copilot.toml").read_text()
    file = write("mine.toml", text.replace('"purchase/hgx-h100"', '"purchase/hgx-h10"'))
    with pytest.raises(SpecError, match='Did you mean "hgx-h100"') as error:
        load(file)
    line = next(i for i, one in enumerate(text.splitlines(), 1) if one.startswith("offers"))
    assert error.value.faults[0].startswith(f"{file}:{line}: offers: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value = "1.5e6 user"', 'value = "0 user"'),
        (
            'value = "400 query/user/day", range = ["100 query/user/day"',
            'value = "0 query/user/day", range = ["0 query/user/day"',
        ),
        ('value = "30 token/query", range = ["10 token/query"', 'value = "0 token/query", range = ["0 token/query"'),
        ('value = "3", range = ["2"', 'value = "0.5", range = ["0.4"'),
        ('value = "1 s", range = ["0.3 s"', 'value = "1 us", range = ["0.3 us"'),
        ('precision = "bf16"', 'precision = "int3"'),
    ],
)
def test_impossible_questions_are_errors_of_ours(write: Write, old: str, new: str) -> None:
    """No users, no tokens, limits that nothing meets: an error in words, neither a warning nor a made-up number."""
    text = (data_folder("reports") / "copilot.toml").read_text()
    assert old in text
    with pytest.raises(CostModelError):
        load(write("mine.toml", text.replace(old, new))).compare()


def test_a_changed_scenario_is_answered_afresh(serving: Study) -> None:
    """A study of a changed scenario has nothing left of the old one's answers."""
    fewer = serving.scenario.with_offers(serving.scenario.offers[0])
    assert len(with_scenario(serving, fewer).compare()) == 1
    assert len(serving.compare()) == len(serving.scenario.offers)


def test_an_offer_that_cannot_run_the_model_is_a_row_that_says_why(write: Write) -> None:
    """One way that does not compute in the asked number type leaves the answers of the others as they are.

    The few draws in which the way that it stands for has no answer count again for what waits, which it might serve.
    """
    text = (data_folder("reports") / "copilot.toml").read_text()
    study = load(write("mine.toml", text.replace('"purchase/hgx-a100-80gb"', f'"{WITHOUT_BF16}"')))
    table = study.compare()
    assert table.loc[WITHOUT_BF16].isna().all()
    assert "bf16" in study.without[WITHOUT_BF16]
    whole = load("copilot").compare().drop("purchase/hgx-a100-80gb")
    others = table.drop(WITHOUT_BF16).drop(columns=CHEAPEST)
    now = [id_ for id_ in others.index if not study.scenario.offer(id_).comes_later]
    assert others.loc[now].equals(whole.drop(columns=CHEAPEST).loc[now])
    np.testing.assert_allclose(others, whole.drop(columns=CHEAPEST), rtol=0.02)
    with pytest.raises(CostModelError, match="bf16"):
        study.explain("cost_per_query", WITHOUT_BF16)


def test_blended_tokens_cost_what_written_ones_do_over_all(serving: Study) -> None:
    """The cost of all tokens, read or written, is that of those written; what is not bought has no capital."""
    table, workload = serving.compare(), serving.scenario.workload
    share = float((workload.output_tokens / (workload.prompt_tokens + workload.output_tokens)).to("").magnitude)
    blended = table["cost_per_million_tokens"] * share
    assert table["cost_per_million_tokens_processed"].tolist() == pytest.approx(blended.tolist(), rel=1e-12)
    assert table["capital"].isna()["rental/coreweave-h100-on-demand"]
    assert table["capital"]["purchase/hgx-h100"] > 0


def test_a_file_may_set_what_set_sets(write: Write) -> None:
    """The table [set] of a file does what --set does, of other files too; what is then set by hand goes before it."""
    text = (data_folder("reports") / "copilot.toml").read_text()
    own = write("mine.toml", f'{text}\n[set]\n"purchase/hgx-h100.price" = "200 kUSD/server"\ndemand.users = 3e6\n')
    changes = {"purchase/hgx-h100.price": "200 kUSD/server", "demand.users": "3e6 user"}
    assert load(own).compare().equals(load("copilot", changes=changes).compare())
    assert load(own, changes={"demand.users": 2e6}).scenario.workload.users.magnitude == 2e6
    wrong = write("wrong.toml", f'{text}\n[set]\n"purchase/hgx-h100.prize" = "200 kUSD/server"\n')
    with pytest.raises(UnknownName, match=r'wrong.toml:\d+: \[set\].*Did you mean "purchase/hgx-h100.price"'):
        load(wrong)
