"""What architecture and scenario files may say."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.number_types import BYTES, WEIGHT_TYPES
from costmodel.specs.tables.common import NAME, NOTE

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
        Attribute("attention.query_heads", "Query heads of the softmax attention", "count", required=True),
        Attribute(
            "attention.key_value_heads", "Key and value heads (fewer than query heads: grouped)", "count", required=True
        ),
        Attribute("attention.head_size", "Width of one head", "count", required=True),
        Attribute("attention.window", "Tokens that a windowed layer attends to", "count"),
        Attribute("attention.window_layers", "Layers with a window", "count"),
        Attribute("attention.chunk", "Tokens of a block, in layers that attend inside blocks", "count"),
        Attribute("attention.chunk_layers", "Layers that attend inside blocks", "count"),
        Attribute(
            "attention.output_gate",
            "Whether a gate as wide as the queries scales the output",
            "choice",
            choices=("yes", "no"),
        ),
        Attribute("latent.query_rank", "Latent attention: width of the compressed queries", "count"),
        Attribute("latent.key_value_rank", "Latent attention: width of the compressed keys and values", "count"),
        Attribute("latent.rope_size", "Latent attention: part of a head with rotary position", "count"),
        Attribute("latent.no_rope_size", "Latent attention: part of a head without position", "count"),
        Attribute("latent.value_size", "Latent attention: width of a value head", "count"),
        Attribute("sparse.top", "Sparse attention: cached tokens that the indexer selects", "count"),
        Attribute("sparse.index_heads", "Sparse attention: heads of the indexer", "count"),
        Attribute("sparse.index_size", "Sparse attention: width of an indexer head", "count"),
        Attribute("linear.layers", "Layers with linear attention instead of softmax", "count"),
        Attribute("linear.key_heads", "Linear attention: key heads", "count"),
        Attribute("linear.value_heads", "Linear attention: value heads", "count"),
        Attribute("linear.key_size", "Linear attention: width of a key head", "count"),
        Attribute("linear.value_size", "Linear attention: width of a value head", "count"),
        Attribute("feed_forward.width", "Inner width of a dense layer", "count"),
        Attribute(
            "feed_forward.matrices", "Matrices of a feed-forward block: 3 with a gate, else 2", "count", required=True
        ),
        Attribute("experts.count", "Routed experts of an expert layer", "count"),
        Attribute("experts.per_token", "Routed experts that a token visits", "count"),
        Attribute("experts.width", "Inner width of one expert", "count"),
        Attribute("experts.layers", "Layers with experts", "count"),
        Attribute("experts.shared_width", "Inner width of the shared experts together", "count"),
        Attribute("published.type", "Number type of the published weights", "choice", choices=WEIGHT_TYPES),
        Attribute(
            "published.expert_type",
            "Number type of the published expert weights, where another",
            "choice",
            choices=WEIGHT_TYPES,
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


def _assumed(key: str, description: str, unit: str = "1", *, share: bool = False, signed: bool = False) -> Attribute:
    """Return a row of what costmodel/domain/assumptions.toml gives where a scenario leaves it out."""
    return Attribute(key, description, unit=unit, share=share, signed=signed, default="domain/assumptions.toml")


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
            "offers", "Ways to get the compute that are compared", "references", refers_to="offer", required=True
        ),
        Attribute("site", "Where owned systems stand", "reference", refers_to="site", required=True),
        Attribute("price_date", "Day of the question: the newest price up to this day counts", "date", required=True),
        Attribute(
            "finance.real_discount_rate", "Cost of capital per year above inflation", unit="1/year", required=True
        ),
        Attribute(
            "finance.horizon",
            "Years that are compared: what is owned is sold at their end, commitments beyond it are paid",
            unit="year",
            default="the duration of a capacity, or the longest life or term among the offers",
        ),
        _assumed("finance.inflation", "Rise of all prices per year; prices of contracts do not rise with it", "1/year"),
        _assumed("finance.payment_delay", "Time from the month of use to payment", "day"),
        Attribute(
            "finance.tax_rate", "Income tax on what the systems earn; none is counted without it", unit="1", share=True
        ),
        _assumed(
            "finance.price_performance_decline",
            "Fall of price for performance in powers of ten a year, by which used systems lose value",
            "1/year",
        ),
        _assumed(
            "finance.resale_discount", "Share by which a used system sells below its worth in performance", share=True
        ),
        _assumed(
            "finance.hardware_price_decline",
            "Fall per year of the price of what replaces a system",
            "1/year",
            signed=True,
        ),
        _assumed("finance.rent_decline", "Fall of market rents per year above inflation", "1/year", signed=True),
        _assumed("finance.sublet_share", "Share of the rent that comes back for hours beyond the need", share=True),
        _assumed("fleet.insurance", "Insurance of owned systems per year, as share of their price", "1/year"),
        _assumed("fleet.software", "Licences of software per accelerator", "USD/accelerator/year"),
        _assumed("fleet.storage", "Storage beyond that of the cluster, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.support", "Support beyond maintenance, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.egress", "Traffic out of the site, per accelerator", "USD/accelerator/year"),
        _assumed("fleet.spare_replicas", "Replicas that stand ready beside those that carry the peak (N+1)"),
        _assumed("fleet.maintenance", "Share of the time in which a replica is out for planned work", share=True),
        _assumed("fleet.peak_utilization", "Share of their rate that replicas are planned for at the peak", share=True),
        _assumed(
            "fleet.training_utilization",
            "Share of their time in which systems that train and are held do so",
            share=True,
        ),
        _assumed("fleet.headroom", "Share of what runs that is kept free, where rented hours follow the load"),
        _assumed("fleet.start_up", "Time from renting an accelerator to its first answer", "hour"),
        _assumed("fleet.busy_power", "Power of a busy system over its rating", share=True),
        _assumed("fleet.network_power", "Power of network and storage over that of the systems", share=True),
        Attribute("demand.users", "Paying users", unit="user"),
        Attribute("demand.queries_per_user", "Queries of one user", unit="query/user/day"),
        Attribute("demand.peak_to_mean", "Highest load over mean load", unit="1"),
        Attribute("query.prompt_tokens", "Tokens read per query", unit="token/query"),
        Attribute("query.output_tokens", "Tokens written per query", unit="token/query"),
        Attribute(
            "query.prompt_spread",
            "Standard deviation over mean of the tokens read; without it that of performance/constants.toml",
            unit="1",
        ),
        Attribute(
            "query.output_spread",
            "Standard deviation over mean of the tokens written; without it that of performance/constants.toml",
            unit="1",
        ),
        Attribute("plan.price", "What one user pays", unit="USD/user/month"),
        Attribute("target.time_to_first_token", "Longest acceptable wait for the first token", unit="second"),
        Attribute("target.time_per_output_token", "Longest acceptable time between tokens", unit="second"),
        Attribute(
            "deployment.precision",
            "Number types of the weights, best first; each accelerator takes the first it has",
            "text",
        ),
        Attribute("deployment.kv_cache_precision", "Number type of the KV cache", "choice", choices=tuple(BYTES)),
        Attribute("deployment.framework", "Serving software", "choice", choices=("trtllm", "vllm", "sglang")),
        Attribute("training.tokens", "Tokens the model is trained on", unit="token"),
        Attribute("training.batch", "Tokens per optimiser step", unit="token"),
        Attribute("training.sequence_length", "Tokens per sequence", unit="token"),
        Attribute("training.accelerators", "Accelerators that train together", unit="accelerator"),
        Attribute(
            "training.goodput",
            "Share of the time that makes progress, after failures and restarts",
            unit="1",
            share=True,
        ),
        Attribute(
            "capacity.reference", "Accelerator in which the capacity is counted", "reference", refers_to="accelerator"
        ),
        Attribute(
            "capacity.accelerators",
            "Accelerators of the reference kind that are needed; others count by their dense peak",
            unit="accelerator",
        ),
        Attribute("capacity.duration", "Years for which they are needed", unit="year"),
        Attribute("capacity.utilization", "Share of the hours in which they are used", unit="1", share=True),
        Attribute("capacity.budget", "A sum whose worth in accelerator-hours is asked for", unit="USD"),
        NOTE,
    ),
)
