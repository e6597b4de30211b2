"""`costmodel search`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from costmodel.analysis.deployments import COST, HIGH, LOW, cheapest_at, front_of
from costmodel.analysis.layout_names import MEANINGS, layout_in_letters
from costmodel.analysis.searching import SITE, search_deployments
from costmodel.analysis.targets import Targets
from costmodel.cli.shared import (
    Finite,
    bandwidth_of,
    figure,
    format_option,
    note,
    open_catalog,
    print_json,
    print_table,
    specs_option,
)
from costmodel.errors import CostModelError
from costmodel.performance.candidates import at_share
from costmodel.performance.software import SOFTWARE
from costmodel.units import Quantity, quantity

AT_LEAST_ONE = Finite(1)
POSITIVE = Finite(0, min_open=True)
PERCENTILES = {"mean": None, "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
UNSURE = (
    "80% of measurements lie between low and high for deployments of the kind that was measured (docs/accuracy.md); "
    "pipelines, copies of attention, drafts, prefix caches and disaggregation were not measured"
)


@click.command("search")
@click.option("--model", required=True, metavar="M", help="Id or name of a model, or the path of a config.json.")
@click.option(
    "--offer",
    "offers",
    required=True,
    multiple=True,
    metavar="OFFER",
    help="Id of an offer, such as purchase/hgx-h100; several are compared side by side.",
)
@click.option("--prompt", type=AT_LEAST_ONE, required=True, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=AT_LEAST_ONE, required=True, metavar="O", help="Tokens of an answer.")
@click.option("--ttft", type=POSITIVE, metavar="S", help="Longest time to the first token, in seconds.")
@click.option("--tpot", type=POSITIVE, metavar="S", help="Longest time per output token, in seconds.")
@click.option("--user-rate", type=POSITIVE, metavar="R", help="Fewest tokens per second that a user sees on average.")
@click.option(
    "--percentile",
    type=click.Choice(list(PERCENTILES)),
    default="mean",
    show_default=True,
    help="Share of requests for which --ttft and --tpot hold.",
)
@click.option(
    "--precision",
    metavar="T,T",
    help="Number types of the weights, such as fp8,bf16; if not given, all of the accelerator. Narrow ones may change "
    "what a model answers.",
)
@click.option("--framework", type=click.Choice(list(SOFTWARE)), default="vllm", show_default=True, help="Software.")
@click.option("--cached", type=Finite(0, 0.99), default=0, help="Share of prompt tokens found in the prefix cache.")
@click.option("--draft-tokens", metavar="N,N", help="Lengths of drafts to try (speculative decoding), such as 1,2,3.")
@click.option("--acceptance", type=Finite(0, 0.99), help="Probability that a guessed token is accepted.")
@click.option(
    "--disaggregated", is_flag=True, help="Also try replicas that only read prompts, beside those that write."
)
@click.option(
    "--transfer-bandwidth", metavar="B", help='One-way, at one accelerator, for caches that move, such as "50 GB/s".'
)
@click.option("--site", default=SITE, show_default=True, help="Where systems of one's own stand.")
@click.option("--discount-rate", type=Finite(0, 100), default=8, show_default=True, help="Real, percent per year.")
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Rows to print.")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page with the fronts drawn."
)
@format_option()
@specs_option
def command(top: int, html: Path | None, style: str, specs: tuple[Path, ...], **given: Any) -> None:
    """Search the cheapest deployment of a model on offers, over number type, parallelism and requests in flight.

    Layers may be split (tensor parallel), stacked (pipeline), and experts spread, with attention in copies. The cost is
    that of systems held and busy around the clock. Deployments on the front are those that no other beats in both cost
    and tokens per second of a user.

    Exit code 0 if there is an answer; 2 for a mistake in the input, and where no deployment fits or meets the targets.
    """
    catalog = open_catalog(specs)
    found = search_deployments(
        catalog,
        given["model"],
        given["offers"],
        given["prompt"],
        given["output"],
        real_discount_rate=quantity(given["discount_rate"], "percent/year"),
        precisions=_words(given["precision"]),
        targets=_targets(given),
        draft_tokens=_numbers(given["draft_tokens"], "--draft-tokens"),
        acceptance=given["acceptance"],
        cached=given["cached"],
        disaggregated=given["disaggregated"],
        transfer_bandwidth=bandwidth_of(given["transfer_bandwidth"]),
        framework=given["framework"],
        site=given["site"],
    )
    for reason in (*found.attrs["without"].values(), *_passed_over(found, given)):
        note(reason)
    title = f"{found.attrs['model']}, {given['prompt']:g} tokens in, {given['output']:g} out"
    _write(found, title, top, style, PERCENTILES[given["percentile"]])
    if html is not None:
        _page(found, given, html)


def _passed_over(found: pd.DataFrame, given: Mapping[str, Any]) -> list[str]:
    """Return in words the number types asked for that no deployment on an offer has."""
    types = {str(offer): set(rows["precision"]) for offer, rows in found.groupby("offer")}
    return [
        f"{offer}: no deployment in {one}: the accelerator does not compute in it, or none fits and meets the targets"
        for offer, tried in types.items()
        for one in _words(given["precision"])
        if one not in tried
    ]


def _targets(given: Mapping[str, Any]) -> Targets:
    rate = given["user_rate"]
    return Targets(
        _seconds(given["ttft"]),
        _seconds(given["tpot"]),
        None if rate is None else quantity(rate, "token/second"),
        PERCENTILES[given["percentile"]],
    )


def _seconds(value: float | None) -> Quantity | None:
    return None if value is None else quantity(value, "second")


def _words(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _numbers(text: str | None, option: str) -> list[float]:
    try:
        return [float(part) for part in _words(text)]
    except ValueError:
        msg = f"{option} must be numbers with commas between them, such as 1,2,3; not {text}"
        raise CostModelError(msg) from None


def _write(found: pd.DataFrame, title: str, top: int, style: str, share: float | None) -> None:
    if style == "json":
        content = {"units": found.attrs["units"], "without": found.attrs["without"]}
        print_json(content | {"cheapest": _records(found.head(top)), "front": _records(_fronts(found))})
    elif style == "csv":
        click.echo(found.head(top).to_csv(index=False), nl=False)
    else:
        _tables(found, title, top, share)


def _tables(found: pd.DataFrame, title: str, top: int, share: float | None) -> None:
    several = found["offer"].nunique() > 1
    shown = [found.head(top), _fronts(found, max(top, 2))]
    if several:
        _print(f"{title}: the cheapest on each offer", cheapest_at(found, [0.0]), share)
        click.echo()
    _print(f"{title}: the cheapest of {len(found):,} deployments", shown[0], share)
    _print("\nThe front, from the cheapest to the fastest per user", shown[1], share)
    used = " ".join(layout_in_letters(row) for frame in shown for row in frame.to_dict("records"))
    said = [f"{sign}: {words}" for sign, words in MEANINGS.items() if sign in used]
    click.echo(
        "\n"
        + "\n".join(
            [
                *said,
                "each: output tokens per second and accelerator",
                "*: on the front, which no other beats in both cost and speed per user",
            ]
        )
    )
    note(UNSURE)


def _fronts(found: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Return the front of each offer, one after the other."""
    return pd.concat([front_of(part, most) for _, part in found.groupby("offer", sort=False)], ignore_index=True)


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _print(title: str, frame: pd.DataFrame, share: float | None) -> None:
    rows = [_cells(row, share) for row in frame.to_dict("records")]
    if frame["offer"].nunique() == 1:
        rows = [{name: text for name, text in row.items() if name != "offer"} for row in rows]
    heads = list(rows[0])
    print_table(title, heads, [list(row.values()) for row in rows], [h for h in heads if h not in LEFT], dense=True)


LEFT = ("offer", "type", "layout")


def _cells(row: Mapping[Hashable, Any], share: float | None) -> dict[str, str]:
    first, each = at_share("time_to_first_token", share), at_share("time_per_output_token", share)
    at = "" if share is None else f" p{100 * share:g}"
    return {
        "offer": str(row["offer"]).rpartition("/")[2],
        "type": str(row["precision"]),
        "layout": layout_in_letters(row),
        "in\nflight": figure(row["concurrency"]),
        f"first{at}\ns": figure(row[first], 3),
        f"token{at}\nms": figure(1e3 * row[each], 3),
        "user\ntok/s": figure(row["user_rate"], 3),
        "each\ntok/s": figure(row["output_rate"], 3),
        "USD/\nMtok": figure(row[COST], 3) + ("*" if row["on_front"] else " "),
        "low": figure(row[LOW], 3),
        "high": figure(row[HIGH], 3),
    }


def _page(found: pd.DataFrame, given: Mapping[str, Any], file: Path) -> None:
    from costmodel.report.deployments_page import deployments_page  # noqa: PLC0415 - charts take half a second to load
    from costmodel.report.page import page_html  # noqa: PLC0415 - as above

    page = deployments_page(found, given["prompt"], given["output"], _targets(given))
    file.write_text(page_html(page), encoding="utf-8", newline="\n")
    note(f"wrote {file}")
