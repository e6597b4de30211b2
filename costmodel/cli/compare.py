"""`costmodel compare SCENARIO`."""

from __future__ import annotations

from pathlib import Path

import click

from costmodel.analysis.statement import MONTHLY, components, value
from costmodel.analysis.study import Study
from costmodel.cli.shared import figure, format_option, open_study, print_json, print_table, specs_option


@click.command("compare")
@click.argument("scenario")
@format_option()
@specs_option
def command(scenario: str, style: str, specs: tuple[Path, ...]) -> None:
    """Compare what a scenario costs under each of its offers, per month and per unit."""
    study = open_study(scenario, specs)
    if style == "json":
        print_json(as_json(study))
    elif style == "csv":
        click.echo(study.statement().to_csv(index=False), nl=False)
    else:
        _print(study)


def as_json(study: Study) -> dict[str, object]:
    """Return the comparison as plain data; the components of an offer sum to its total without error."""
    return {
        "scenario": study.scenario.id,
        "offers": [
            {
                "offer": id_,
                **{name: _cell(study, id_, name) for name in study.columns},
                "components": _parts(study, id_),
            }
            for id_ in study.costs
        ],
    }


def _cell(study: Study, offer: str, name: str) -> dict[str, object]:
    number, unit = value(study.costs[offer], name)
    return {"value": number, "unit": unit}


def _parts(study: Study, offer: str) -> list[dict[str, object]]:
    parts = components(study.costs[offer])
    return [{"component": name, "value": cost, "unit": MONTHLY} for name, cost in parts.items()]


def _print(study: Study) -> None:
    frame = study.compare()
    units = frame.attrs["units"]
    heads = ["offer", *(f"{name.replace('_', ' ')}\n{units[name]}" for name in frame.columns)]
    rows = [
        [str(id_), *(figure(number) for number in row)] for id_, row in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    print_table(study.scenario.question, heads, rows, right=heads[1:])
    print_table("Layout", ["offer", "precision", "layout", "systems"], [_layout(study, id_) for id_ in study.costs])


def _layout(study: Study, offer: str) -> list[str]:
    deployment = study.deployments[offer]
    parts = [f"{name.replace('_', ' ')} {fact.value.magnitude:g}" for name, fact in deployment.facts.items()]
    servers = study.costs[offer]["servers"].to("server").magnitude
    return [offer, deployment.precision, ", ".join(parts), f"{servers:,.0f}"]
