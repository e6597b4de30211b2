"""What architecture and scenario files may say."""

from __future__ import annotations

from typing import Any

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.number_types import BYTES, WEIGHT_TYPES
from costmodel.specs.tables.common import NAME, NOTE
from costmodel.specs.tables.plans import USERS

MEAN = "mean"
MONTHLY = "monthly"
TIMINGS = {MONTHLY: None, "mid-year": 6.0, "year-end": 12.0}
"""When payments of a year may count, and the months from its start to then; each month by itself has none."""

CONSUMER_PRICES, AS_LISTED = "consumer prices", "as listed"
PRETRAINING, FINE_TUNING, REINFORCEMENT = "pretraining", "fine-tuning", "reinforcement-learning"
KINDS_OF_RUN = (PRETRAINING, FINE_TUNING, REINFORCEMENT)
PERCENTILES = (MEAN, "p50", "p75", "p90", "p95", "p99", "p99.9")

ARCHITECTURE = Kind(
    "architecture",
    "architectures",
    "The shape of a model, as its publisher gives it: every count is from the `source` of the file, or an estimate.",
    (
        NAME,
        Attribute("source", "Where the shape was published", "source", required=True),
        Attribute("aliases", "Other names under which measurements and users know it", "references"),
        Attribute("layers", "Transformer layers", "count", required=True),
        Attribute("hidden_size", "Width of the residual stream", "count", required=True),
        Attribute("vocabulary", "Entries of the embedding table", "count", required=True),
        Attribute(
            "context_limit",
            "Most tokens of a sequence, prompt and answer together",
            "count",
            needed_for="whether a prompt is too long for it",
        ),
        Attribute(
            "tied_embeddings", "Whether input and output embeddings are one table", "choice", choices=("yes", "no")
        ),
        Attribute("attention.query_heads", "Query heads of the softmax attention; none in a model without it", "count"),
        Attribute("attention.key_value_heads", "Key and value heads (fewer than query heads: grouped)", "count"),
        Attribute(
            "attention.total_key_value_heads",
            "Key and value heads of all layers added up, where they differ; key_value_heads is then the least",
            "count",
        ),
        Attribute("attention.head_size", "Width of one head", "count"),
        Attribute("attention.value_size", "Width of a value head, where another than of a query", "count"),
        Attribute("attention.input_size", "Width of what queries, keys and values are projected from", "count"),
        Attribute("attention.layers", "Layers with softmax attention, where not all that have nothing else", "count"),
        Attribute(
            "attention.weight_sets", "Sets of weights that the layers with attention take in turn, if shared", "count"
        ),
        Attribute(
            "attention.keys_are_values",
            "Whether layers that attend to everything project keys and values by one matrix",
            "choice",
            choices=("yes", "no"),
        ),
        Attribute(
            "attention.reading_layers", "Layers that read the cache of an earlier one instead of an own", "count"
        ),
        Attribute("attention.reading_window_layers", "Windowed layers that do so", "count"),
        Attribute("attention.window", "Tokens that a windowed layer attends to", "count"),
        Attribute("attention.window_layers", "Layers with a window", "count"),
        Attribute("attention.window_query_heads", "Query heads of windowed layers, where others", "count"),
        Attribute("attention.window_key_value_heads", "Key and value heads of windowed layers, where others", "count"),
        Attribute("attention.window_head_size", "Width of a head of windowed layers, where another", "count"),
        Attribute("attention.window_value_size", "Width of a value head of windowed layers, where another", "count"),
        Attribute("attention.chunk", "Tokens of a block, in layers that attend inside blocks", "count"),
        Attribute("attention.chunk_layers", "Layers that attend inside blocks", "count"),
        Attribute(
            "attention.output_gate",
            "Whether a gate scales the output: as wide as the queries (yes), or one number a head (heads)",
            "choice",
            choices=("yes", "no", "heads"),
        ),
        Attribute("latent.query_rank", "Latent attention: width of the compressed queries", "count"),
        Attribute("latent.key_value_rank", "Latent attention: width of the compressed keys and values", "count"),
        Attribute("latent.rope_size", "Latent attention: part of a head with rotary position", "count"),
        Attribute("latent.no_rope_size", "Latent attention: part of a head without position", "count"),
        Attribute("latent.value_size", "Latent attention: width of a value head", "count"),
        Attribute("sparse.top", "Sparse attention: cached tokens that the indexer selects", "count"),
        Attribute("sparse.index_heads", "Sparse attention: heads of the indexer", "count"),
        Attribute("sparse.index_size", "Sparse attention: width of an indexer head", "count"),
        Attribute(
            "sparse.index_layers", "Sparse attention: layers with an indexer, where others take its choice", "count"
        ),
        Attribute("linear.layers", "Layers with linear attention instead of softmax", "count"),
        Attribute(
            "linear.kind",
            "Linear attention: how the state is updated",
            "choice",
            choices=("gated delta", "key-wise gated delta", "lightning", "rwkv"),
        ),
        Attribute("linear.key_heads", "Linear attention: key heads", "count"),
        Attribute("linear.value_heads", "Linear attention: value heads", "count"),
        Attribute("linear.key_size", "Linear attention: width of a key head", "count"),
        Attribute("linear.value_size", "Linear attention: width of a value head", "count"),
        Attribute("linear.gates", "Linear attention: gates as wide as the values; without it one", "count"),
        Attribute("linear.gate_rank", "Linear attention: width through which these gates pass, if narrower", "count"),
        Attribute("linear.head_gates", "Linear attention: gates of one number a head", "count"),
        Attribute("linear.kernel", "Linear attention: tokens of the convolution before it", "count"),
        Attribute("linear.state_size", "Linear attention: elements of a layer's state, if not key by value", "count"),
        Attribute("state_space.layers", "Layers with a state space", "count"),
        Attribute(
            "state_space.kind",
            "State space: how the state is updated",
            "choice",
            choices=("mamba 1", "mamba 2", "gated recurrence"),
        ),
        Attribute("state_space.width", "State space: channels", "count"),
        Attribute("state_space.state_size", "State space: elements of the state of a channel", "count"),
        Attribute("state_space.kernel", "State space: tokens of the convolution before it", "count"),
        Attribute(
            "state_space.heads", "State space: heads of Mamba 2, or blocks of the gates of a recurrence", "count"
        ),
        Attribute("state_space.groups", "State space: groups of heads that share input and output matrices", "count"),
        Attribute("state_space.step_rank", "State space: width through which the time step passes (Mamba 1)", "count"),
        Attribute("convolution.layers", "Layers with a short gated convolution", "count"),
        Attribute("convolution.width", "Convolution: channels", "count"),
        Attribute("convolution.kernel", "Convolution: tokens that it reaches over", "count"),
        Attribute("feed_forward.width", "Inner width of a dense layer", "count"),
        Attribute("feed_forward.total_width", "Inner widths of all dense layers added up, where they differ", "count"),
        Attribute("feed_forward.layers", "Layers with a dense block, where not all without experts", "count"),
        Attribute("feed_forward.weight_sets", "Sets of weights that dense layers take in turn, if shared", "count"),
        Attribute("feed_forward.matrices", "Matrices of a feed-forward block: 3 with a gate, else 2", "count"),
        Attribute("experts.count", "Routed experts of an expert layer", "count"),
        Attribute("experts.per_token", "Routed experts that a token visits", "count"),
        Attribute("experts.width", "Inner width of one expert", "count"),
        Attribute("experts.layers", "Layers with experts", "count"),
        Attribute("experts.shared_width", "Inner width of the shared experts together", "count"),
        Attribute("experts.input_size", "Width to which tokens are projected for experts, if narrower", "count"),
        Attribute(
            "other.layer_weights", "Further weights of a layer, on average: adapters, embeddings by layer", "count"
        ),
        Attribute("other.table_rows", "Rows of a further table of which a token reads one: positions", "count"),
        Attribute("other.table_width", "Width of that table", "count"),
        Attribute(
            "published.type",
            "Number type of the published weights; of attention, where other parts have another",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute("published.dense_type", "Number type of dense blocks, where another", "choice", choices=WEIGHT_TYPES),
        Attribute(
            "published.shared_type", "Number type of shared experts, where another", "choice", choices=WEIGHT_TYPES
        ),
        Attribute(
            "published.expert_type",
            "Number type of the published expert weights, where another",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute(
            "published.head_type",
            "Number type of the output head, where it is not in 16 bits as embeddings are",
            "choice",
            choices=WEIGHT_TYPES,
        ),
        Attribute(
            "published.cache_type", "Number type of the cache that the file asks for", "choice", choices=tuple(BYTES)
        ),
        Attribute("published.group", "Weights of an integer type that share one scale", "count"),
        Attribute(
            "published.zero_points", "Whether these groups have zero points too", "choice", choices=("yes", "no")
        ),
        Attribute(
            "published.scaling",
            "What shares a scale in 8-bit checkpoints of the family: a whole tensor, or blocks of 128 x 128",
            "choice",
            choices=("tensor", "block"),
        ),
        NOTE,
    ),
)


def _assumed(key: str, description: str, unit: str = "1", **bounds: Any) -> Attribute:
    """Return a row of what costmodel/domain/assumptions.toml gives where a scenario leaves it out."""
    return Attribute(key, description, unit=unit, default="domain/assumptions.toml", **bounds)


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
        Attribute(
            "finance.real_discount_rate",
            "Cost of capital per year above inflation; or what equity and debt cost",
            unit="1/year",
            or_else=("finance.return_on_equity",),
            needed_for="what money costs over time",
            most=2.0,
        ),
        Attribute(
            "finance.return_on_equity",
            "Return that equity asks for, nominal, instead of a rate",
            unit="1/year",
            most=2.0,
        ),
        Attribute("finance.debt_share", "Share of debt in the capital", unit="1", share=True),
        Attribute("finance.debt_rate", "Interest on debt, nominal", unit="1/year", most=2.0),
        Attribute(
            "finance.depreciation",
            "How equipment is written off for tax: by five-year MACRS, in equal parts over its life, or at once",
            "choice",
            choices=("macrs", "straight line", "bonus"),
            default="bonus, as the law of 2025 has it",
        ),
        _assumed("finance.building_tax_life", "Years over which buildings are written off for tax", "year"),
        Attribute(
            "finance.property_tax", "Tax on property per year, as share of its price", unit="1/year", default="0"
        ),
        Attribute("finance.sales_tax", "Tax on the sale of equipment, as share of its price", unit="1", default="0"),
        Attribute(
            "finance.horizon",
            "Years that are compared: what is owned is sold at their end, commitments beyond it are paid",
            unit="year",
            default="the duration of a capacity, or the longest life or term among the offers",
            positive=True,
            most=100.0,
        ),
        _assumed("finance.inflation", "Rise of all prices per year; prices of contracts do not rise with it", "1/year"),
        Attribute(
            "finance.cost_index",
            "By what dated costs of wages, buildings and energy come into dollars of the year of price_date",
            "choice",
            choices=(CONSUMER_PRICES, AS_LISTED),
            default=CONSUMER_PRICES,
        ),
        _assumed("finance.payment_delay", "Time from the month of use to payment", "day"),
        Attribute(
            "finance.timing",
            "When what is paid in a year counts: in its months, or all in the middle or at the end of it",
            "choice",
            choices=tuple(TIMINGS),
            default=MONTHLY,
        ),
        Attribute(
            "finance.tax_rate", "Income tax on what the systems earn; none is counted without it", unit="1", share=True
        ),
        _assumed(
            "finance.price_performance_decline",
            "Fall of price for performance in powers of ten a year: of used systems, and of what is bought later",
            "1/year",
            most=1.9,
        ),
        _assumed(
            "finance.resale_discount", "Share by which a used system sells below its worth in performance", most=0.99
        ),
        Attribute(
            "finance.hardware_price_decline",
            "Fall per year of the price of what replaces a system, where it is not that of price for performance",
            unit="1/year",
            signed=True,
        ),
        _assumed("finance.rent_decline", "Fall of market rents per year above inflation", "1/year", signed=True),
        _assumed(
            "finance.token_price_decline",
            "Fall per year of the prices of an API, above inflation",
            "1/year",
            signed=True,
        ),
        _assumed("finance.price_age", "Age from which a price is named as old beside an answer", "year"),
        _assumed("finance.sublet_share", "Share of the rent that comes back for hours beyond the need", share=True),
        _assumed("fleet.insurance", "Insurance of owned systems per year, as share of their price", "1/year"),
        _assumed("fleet.software", "Licences of software per accelerator", "USD/accelerator/year"),
        _assumed("fleet.storage", "Storage beyond that of the cluster, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.support", "Support beyond maintenance, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.egress", "Traffic out of the site, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.spare_replicas", "Replicas that stand ready beside those that carry the peak (N+1)"),
        _assumed("fleet.spare_systems", "Whole systems that stand ready beside those", "server"),
        _assumed("fleet.maintenance", "Share of the time in which a replica is out for planned work", most=0.9),
        _assumed(
            "fleet.peak_utilization",
            "Share of their rate that replicas are planned for at the peak",
            share=True,
            least=0.001,
        ),
        _assumed(
            "fleet.training_utilization",
            "Share of their time in which systems that train and are held do so",
            share=True,
            least=0.001,
        ),
        _assumed("fleet.headroom", "Share of what runs that is kept free, where hours follow the load", most=10.0),
        _assumed("fleet.start_up", "Time from renting an accelerator to its first answer", "hour"),
        _assumed("fleet.busy_power", "Power of a busy system over its rating", share=True),
        _assumed("fleet.network_power", "Power of network and storage over that of the systems", share=True),
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
            "demand.ramp", "Time until the whole load is there, in equal steps by month", unit="year", default="none"
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
        Attribute(
            "training.kind",
            "What the run is: fine-tuning may go through its tokens several times and train a part of the weights; "
            "reinforcement learning also writes what it is trained on",
            "choice",
            choices=KINDS_OF_RUN,
            default=KINDS_OF_RUN[0],
        ),
        Attribute("training.tokens", "Tokens the model is trained on, each counted once", unit="token", positive=True),
        Attribute(
            "training.epochs",
            "Fine-tuning and reinforcement learning: how often steps go through the tokens",
            unit="1",
            least=0.001,
            most=1e4,
            default="1",
        ),
        Attribute(
            "training.trained_share",
            "Fine-tuning and reinforcement learning: share of the weights that is trained, such as adapters (LoRA)",
            unit="1",
            share=True,
            default="1",
        ),
        Attribute(
            "training.rollout_prompt_tokens",
            "Reinforcement learning: tokens of what is answered, on average",
            unit="token/query",
            least=1.0,
            most=1e9,
        ),
        Attribute(
            "training.rollout_output_tokens",
            "Reinforcement learning: tokens of an answer, on average",
            unit="token/query",
            least=1.0,
            most=1e9,
        ),
        Attribute(
            "training.rollouts_per_sequence",
            "Reinforcement learning: answers that are written for each sequence that is trained on",
            unit="1",
            most=1e6,
            default="1",
        ),
        Attribute(
            "training.scoring_passes",
            "Reinforcement learning: forward passes over each answer, in those of the model that is trained: "
            "of the reference, reward and critic models",
            unit="1",
            most=1e4,
            default="0",
        ),
        _assumed(
            "training.rollout_waiting",
            "Reinforcement learning: share of the time of rollouts in which accelerators wait for the longest",
            share=True,
            most=0.95,
        ),
        Attribute("training.batch", "Tokens per optimiser step", unit="token", positive=True),
        Attribute("training.sequence_length", "Tokens per sequence", unit="token", least=1.0, most=1e9),
        Attribute("training.accelerators", "Accelerators that train together", unit="accelerator", least=1.0, most=1e9),
        Attribute(
            "training.goodput",
            "Share of the time that makes progress, where it is given: it is then not computed from interruptions, "
            "checkpoints, restarts, stragglers, evaluation and warm-up",
            unit="1",
            share=True,
            least=0.001,
            default="computed",
        ),
        _assumed(
            "training.interruptions",
            "Interruptions of a run by failures, for each of its accelerators",
            "1/accelerator/year",
            most=1e6,
        ),
        _assumed(
            "training.storage_bandwidth",
            "Rate at which checkpoints are written, for each accelerator",
            "byte/second/accelerator",
            least=1e3,
            most=1e15,
        ),
        Attribute(
            "training.checkpoint_interval",
            "Time between checkpoints",
            unit="hour",
            least=1e-4,
            most=1e5,
            default="that of Young and Daly",
        ),
        _assumed(
            "training.restart_time", "Time from an interruption until the run makes progress again", "hour", most=1e4
        ),
        _assumed("training.stragglers", "Share by which slow accelerators lengthen the steps of all", most=100.0),
        _assumed("training.evaluation", "Share of the time in which the model is evaluated", share=True, most=0.9),
        _assumed(
            "training.warm_up",
            "Share of the time that is lost until a run is up to speed, with its first small batches",
            share=True,
            most=0.9,
        ),
        _assumed(
            "training.spot_price_share",
            "Price of hours that may be taken away (spot) over that on demand",
            share=True,
            least=0.001,
        ),
        _assumed(
            "training.spot_interruptions", "How often an hour each spot system is taken away", "1/hour", most=3600.0
        ),
        Attribute(
            "training.utilization",
            "Share of the dense peak that 6 operations per weight and token use (MFU), where it is given: "
            "the time of a step is then not predicted",
            unit="1",
            share=True,
            least=0.001,
        ),
        Attribute(
            "training.runs_per_year",
            "Runs a year: beside serving, of the served model; in training, those that share a program of one's own",
            unit="1/year",
            positive=True,
            most=1000.0,
        ),
        Attribute(
            "training.failed_share",
            "Share of the time of training in runs and trials that come to nothing",
            unit="1",
            share=True,
            most=0.95,
            default="0",
        ),
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
        Attribute("capacity.duration", "Years for which they are needed", unit="year", least=0.01, most=100.0),
        Attribute(
            "capacity.utilization", "Share of the hours in which they are used", unit="1", share=True, least=1e-9
        ),
        Attribute("capacity.budget", "A sum whose worth in accelerator-hours is asked for", unit="USD", positive=True),
        NOTE,
    ),
)
