"""What scenario files may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.number_types import BYTES
from costmodel.specs.tables.common import NOTE, SHORTEST
from costmodel.specs.tables.finance import FINANCE
from costmodel.specs.tables.plans import USERS
from costmodel.specs.tables.training import TRAINING

MEAN = "mean"
PERCENTILES = (MEAN, "p50", "p75", "p90", "p95", "p99", "p99.9")

SCENARIO = Kind(
    "scenario",
    "reports",
    "One question: offers x workload x demand x finance.",
    (
        Attribute("title", "Title of the report", "text", required=True),
        Attribute("question", "The question in one sentence", "text", required=True),
        Attribute("workload", "What is computed", "choice", required=True, choices=("serving", "training", "capacity")),
        Attribute(
            "architecture", "Shape of the model that is served or trained", "reference", refers_to="architecture"
        ),
        Attribute(
            "offers",
            "Ways to get the compute that are compared; mix is the cheapest of those held and those by the load",
            "references",
            refers_to="offer",
            required=True,
            besides=("mix",),
        ),
        Attribute("site", "Where owned systems stand", "reference", refers_to="site", required=True),
        Attribute("price_date", "Day of the question: the newest price up to this day counts", "date", required=True),
        *FINANCE,
        Attribute(
            "program.charged_to",
            "Who pays for design and team of programs: the scenario's own demand alone, or all who use the chips",
            "choice",
            choices=("own demand", "all uses"),
            default="own demand",
        ),
        Attribute(
            "program.start",
            "Whether programs begin on the day of the question, or what a shipped one has paid is sunk",
            "choice",
            choices=("anew", "as shipped"),
            default="anew",
        ),
        Attribute(
            "program.other_volume",
            "Accelerators of each program that others use over its life",
            unit="accelerator",
            positive=True,
            default="what the file of the program says",
        ),
        Attribute(
            "program.meanwhile",
            "Offer that serves until a chip arrives, and instead of it if it fails",
            "reference",
            refers_to="offer",
            default="the cheapest that is no program",
        ),
        Attribute("demand.users", "Paying users", unit="user", positive=True, most=1e10, or_else=("demand.rate",)),
        Attribute("demand.queries_per_user", "Queries of one user", unit="query/user/day", positive=True, most=1e9),
        Attribute(
            "demand.rate",
            "Queries on average over the day, instead of users; they come at random",
            unit="query/second",
            positive=True,
            most=1e9,
            or_else=("demand.users",),
        ),
        Attribute(
            "demand.arrival_spread",
            "Standard deviation over mean of the time between queries that come at random; without it that of "
            "performance/constants.toml",
            unit="1",
            most=10.0,
        ),
        Attribute("demand.peak_to_mean", "Highest load over mean load", unit="1", least=1.0, most=1000.0),
        Attribute(
            "demand.ramp",
            "Time until the whole load is there, in equal steps by month",
            unit="year",
            default="none",
            most=10.0,
        ),
        Attribute("query.prompt_tokens", "Tokens read per query", unit="token/query", least=1.0, most=1e9),
        Attribute("query.output_tokens", "Tokens written per query", unit="token/query", least=1.0, most=1e9),
        Attribute(
            "query.prompt_spread",
            "Standard deviation over mean of the tokens read; without it that of performance/constants.toml",
            unit="1",
            most=10.0,
        ),
        Attribute(
            "query.output_spread",
            "Standard deviation over mean of the tokens written; without it that of performance/constants.toml",
            unit="1",
            most=10.0,
        ),
        Attribute(
            "query.cached_share",
            "Share of the tokens read that were read before and are still in a cache, that of a provider of tokens or "
            "one's own",
            unit="1",
            share=True,
            default="0",
            most=0.99,
        ),
        Attribute(
            "stand_in.models",
            "Listed models, as files of APIs name them, that stand for the scenario's own model",
            "references",
        ),
        Attribute("stand_in.reason", "Why they may stand for it", "text"),
        Attribute("deal.name", "Deal that shares profit in stages, shown beside the answers", "text"),
        Attribute("deal.profit", "Sum of profit that is shared out by it", unit="USD", positive=True),
        *USERS,
        Attribute(
            "target.time_to_first_token", "Longest acceptable wait for the first token", unit="second", positive=True
        ),
        Attribute(
            "target.time_per_output_token", "Longest acceptable time between tokens", unit="second", positive=True
        ),
        *(
            Attribute(
                f"target.{name}_percentile",
                "For whom that holds: on average, or for a share of requests (p95: 95%), which then come at random",
                "choice",
                choices=PERCENTILES,
                default=MEAN,
            )
            for name in ("time_to_first_token", "time_per_output_token")
        ),
        Attribute(
            "deployment.precision",
            "Number types of the weights, best first; each accelerator takes the first it has",
            "text",
        ),
        Attribute("deployment.kv_cache_precision", "Number type of the KV cache", "choice", choices=tuple(BYTES)),
        Attribute(
            "deployment.framework", "Serving software", "choice", choices=("trtllm", "vllm", "sglang", "vllm-2024")
        ),
        *TRAINING,
        Attribute(
            "capacity.reference", "Accelerator in which the capacity is counted", "reference", refers_to="accelerator"
        ),
        Attribute(
            "capacity.accelerators",
            "Accelerators of the reference kind that are needed; others count by their dense peak",
            unit="accelerator",
            least=1.0,
            most=1e9,
        ),
        Attribute("capacity.duration", "Years for which they are needed", unit="year", least=SHORTEST, most=100.0),
        Attribute(
            "capacity.utilization", "Share of the hours in which they are used", unit="1", share=True, least=1e-9
        ),
        Attribute("capacity.budget", "A sum whose worth in accelerator-hours is asked for", unit="USD", positive=True),
        Attribute(
            "set",
            "Inputs of this file and of those that it names, set to other values, as --set does: by their names, "
            "such as purchase/hgx-h100.price",
            "changes",
        ),
        NOTE,
    ),
)
