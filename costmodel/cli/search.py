"""`costmodel search`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import pandas as pd

from costmodel.analysis.deployments import COST
from costmodel.analysis.searching import SITE, search_deployments
from costmodel.analysis.targets import Targets
from costmodel.cli.opening import tell_what_was_read
from costmodel.cli.option_types import Finite, NewFile, numbers_in, words_in
from costmodel.cli.quantity_type import QuantityType
from costmodel.cli.search_tables import write_search
from costmodel.cli.search_training import command as training
from costmodel.cli.shared import (
    BANDWIDTH,
    TOKENS,
    discount_rate_option,
    format_option,
    model_option,
    note,
    offers_option,
    open_catalog,
    specs_option,
    spread_options,
    spreads_of,
)
from costmodel.performance.machine.software import SOFTWARE
from costmodel.units import magnitude
from costmodel.writing import write_file

TRAINING = "--training"
SECONDS = QuantityType("second", above=0)
PERCENTILES = {"mean": None, "p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


class Searched(click.Command):
    """What is searched: deployments that serve, or with `--training` the layouts of a training run."""

    also = MappingProxyType({TRAINING: training})
    """Commands behind a flag, with options of their own."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of the command that is meant."""
        if TRAINING in args:
            return training.make_context(info_name, args, parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("search", cls=Searched)
@click.option(
    TRAINING, is_flag=True, help="Search layouts of a training run: costmodel search --training --help has its options."
)
@model_option
@offers_option
@click.option("--prompt", type=TOKENS, required=True, metavar="P", help="Tokens of a prompt.")
@click.option("--output", type=TOKENS, required=True, metavar="O", help="Tokens of an answer.")
@spread_options
@click.option(
    "--ttft", type=SECONDS, metavar="T", help='Longest time to the first token: "500 ms"; a bare number is in seconds.'
)
@click.option("--tpot", type=SECONDS, metavar="T", help='Longest time per output token: "30 ms"; likewise.')
@click.option(
    "--user-rate",
    type=QuantityType("token/second", above=0),
    metavar="R",
    help="Fewest tokens per second that a user sees on average.",
)
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
    "--transfer-bandwidth",
    type=BANDWIDTH,
    metavar="B",
    help='One-way, at one accelerator, for caches that move, such as "50 GB/s".',
)
@click.option("--site", default=SITE, show_default=True, help="Where systems of one's own stand.")
@discount_rate_option
@click.option("--top", type=click.IntRange(1), default=10, show_default=True, metavar="N", help="Rows to print.")
@click.option("--html", type=NewFile(), help="Also write a page with the fronts drawn.")
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
    tell_what_was_read(catalog, given["model"])
    del given["training"]
    prompt, output = (magnitude(given[name], "token") for name in ("prompt", "output"))
    found = search_deployments(
        catalog,
        given["model"],
        given["offers"],
        prompt,
        output,
        real_discount_rate=given["discount_rate"],
        precisions=words_in(given["precision"]),
        targets=_targets(given),
        draft_tokens=numbers_in(given["draft_tokens"], "--draft-tokens"),
        acceptance=given["acceptance"],
        cached=given["cached"],
        disaggregated=given["disaggregated"],
        transfer_bandwidth=given["transfer_bandwidth"],
        spreads=spreads_of(given),
        framework=given["framework"],
        site=given["site"],
    )
    for reason in (*found.attrs["without"].values(), *_passed_over(found, given), *_free(found)):
        note(reason)
    title = f"{found.attrs['model']}, {prompt:g} tokens in, {output:g} out"
    write_search(found, title, top, style, PERCENTILES[given["percentile"]])
    if html is not None:
        _page(found, prompt, output, _targets(given), html)


def _passed_over(found: pd.DataFrame, given: Mapping[str, Any]) -> list[str]:
    """Return in words the number types asked for that no deployment on an offer has."""
    types = {str(offer): set(rows["precision"]) for offer, rows in found.groupby("offer")}
    return [
        f"{offer}: no deployment in {one}: the accelerator does not compute in it, or none fits and meets the targets"
        for offer, tried in types.items()
        for one in words_in(given["precision"])
        if one not in tried
    ]


def _free(found: pd.DataFrame) -> list[str]:
    """Return in words the offers whose hours cost nothing, so that their deployments cannot be ranked by cost."""
    most = found.groupby("offer")[COST].max()
    words = "its hours cost 0 USD, so that all its deployments do, the fastest named first; is its price meant to be 0?"
    return [f"{offer}: {words}" for offer in most.index[most == 0]]


def _targets(given: Mapping[str, Any]) -> Targets:
    return Targets(given["ttft"], given["tpot"], given["user_rate"], PERCENTILES[given["percentile"]])


def _page(found: pd.DataFrame, prompt: float, output: float, targets: Targets, file: Path) -> None:
    from costmodel.report.deployments_page import deployments_page  # noqa: PLC0415 - charts take half a second to load
    from costmodel.report.page import page_html  # noqa: PLC0415 - as above

    page = deployments_page(found, prompt, output, targets)
    note(f"wrote {write_file(file, page_html(page))}")
