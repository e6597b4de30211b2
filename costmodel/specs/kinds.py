"""The tables of attributes, one per kind of spec file."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute, Kind

NUMBER_TYPES = ("fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int8", "int4", "mx9", "mx6")
"""Number types whose dense peak a spec may give."""

WEIGHT_TYPES = (*NUMBER_TYPES, "mxfp4")
"""Number types of published weights: mxfp4 is fp4 with one scale for 32 values, where nvfp4 has one for 16."""

BYTES = {"fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "mx9": 1.125, "mx6": 0.75, "fp4": 0.5}

_NAME = Attribute("name", "Name that people read in tables and charts", "text", required=True)
_NOTE = Attribute("note", "Remark for readers of the file", "text")

ACCELERATOR = Kind(
    "accelerator",
    "accelerators",
    "One package that computes: a GPU, a TPU, a Maia.",
    (
        _NAME,
        Attribute("maker", "Company that designs it", "text", required=True),
        Attribute("family", "Generation that shares one microarchitecture, such as hopper", "text", required=True),
        Attribute(
            "launch", "Day of launch or first delivery", "date", cited=True, needed_for="its place in price trends"
        ),
        Attribute(
            "status",
            "Whether it can be had",
            "choice",
            choices=("announced", "shipping", "withdrawn"),
            default="shipping",
        ),
        Attribute("aliases", "Other names under which measurements and catalogues know it", "references"),
        Attribute(
            "peak.*",
            "Dense peak rate for a number type (never a sparse one)",
            unit="FLOP/s",
            choices=NUMBER_TYPES,
            required=True,
        ),
        Attribute(
            "sparse_peak.*",
            "Peak rate with structured sparsity, kept apart from the dense one",
            unit="FLOP/s",
            choices=NUMBER_TYPES,
        ),
        Attribute("memory.capacity", "Memory that programs can use", unit="byte", required=True),
        Attribute("memory.bandwidth", "Peak bandwidth of the memory", unit="byte/s", required=True),
        Attribute("memory.type", "Kind of memory, such as HBM3", "text", cited=True),
        Attribute("memory.stacks", "Number of memory stacks", unit="1", whole=True),
        Attribute("on_chip.capacity", "Last-level cache or scratchpad on the package", unit="byte"),
        Attribute("clock", "Boost clock of the compute units", unit="GHz", default="assumed with the kernels"),
        Attribute(
            "compute_units",
            "Streaming multiprocessors or cores that share the work",
            unit="1",
            whole=True,
            default="assumed with the kernels",
        ),
        Attribute(
            "scale_up.bandwidth_one_way",
            "Link bandwidth per accelerator in one direction",
            unit="byte/s",
            or_else=("scale_up.bandwidth_both_ways",),
            needed_for="work on more than one accelerator of a system",
        ),
        Attribute("scale_up.bandwidth_both_ways", "Link bandwidth summed over both directions", unit="byte/s"),
        Attribute(
            "scale_up.domain",
            "Accelerators that the scale-up links join",
            unit="accelerator",
            default="the accelerators of one system",
        ),
        Attribute(
            "scale_out.bandwidth_one_way",
            "Network bandwidth per accelerator in one direction",
            unit="byte/s",
            needed_for="training on more than one system",
        ),
        Attribute("power", "Thermal design power of the package", unit="watt/accelerator", required=True),
        Attribute(
            "die.area",
            "Area of the compute dies together",
            unit="mm^2",
            needed_for="what a chip of this size costs to make",
        ),
        Attribute("die.count", "Number of compute dies in the package", unit="1", whole=True),
        Attribute("die.transistors", "Transistors of the package", unit="1"),
        Attribute(
            "die.process",
            "Silicon node of the compute dies",
            "reference",
            refers_to="process",
            cited=True,
            needed_for="what a chip of this size costs to make",
        ),
        Attribute("packaging", "Packaging technology, such as CoWoS-S", "text", cited=True),
        _NOTE,
    ),
)

SYSTEM = Kind(
    "system",
    "systems",
    "What is installed and priced as one: a server of 8, a rack of 72.",
    (
        _NAME,
        Attribute("accelerator", "The accelerator it holds", "reference", refers_to="accelerator", required=True),
        Attribute("accelerators", "How many it holds", unit="accelerator/server", required=True),
        Attribute("peak_power", "Highest sustained power of the whole system", unit="watt/server", required=True),
        Attribute("idle_power", "Power when switched on without work", unit="watt/server", required=True),
        Attribute(
            "embodied_carbon",
            "Greenhouse gas of making one system",
            unit="gram/server",
            needed_for="the greenhouse gas of making it",
        ),
        Attribute("network_per_accelerator", "Scale-out network bandwidth per accelerator, one way", unit="byte/s"),
        Attribute("rack_units", "Height in rack units", unit="1", whole=True),
        Attribute("host", "Host processors and memory", "text"),
        Attribute("cooling", "Air or liquid", "choice", choices=("air", "liquid")),
        _NOTE,
    ),
)

PROCESS = Kind(
    "process",
    "processes",
    "A silicon node.",
    (
        _NAME,
        Attribute("foundry", "Company that makes the wafers", "text", required=True),
        Attribute("wafer_price", "Price of a 300 mm wafer over time", "history", unit="USD", required=True),
        Attribute("defect_density", "Defects per area", unit="1/cm^2", required=True),
        Attribute("design_cost", "Cost to design a large chip, first tape-out included", unit="USD"),
        Attribute("year", "Year of volume production", unit="1", whole=True),
        _NOTE,
    ),
)

SITE = Kind(
    "site",
    "sites",
    "Where systems stand: energy, cooling, space, staff.",
    (
        _NAME,
        Attribute("region", "Country or region", "text", required=True),
        Attribute("electricity_price", "Price of energy at the meter", unit="USD/kWh", required=True),
        Attribute(
            "pue", "Power usage effectiveness: energy at the meter per energy of the systems", unit="1", required=True
        ),
        Attribute(
            "facility_cost",
            "Building, power and cooling, per watt of the systems",
            unit="USD/W",
            or_else=("facility_rent",),
            needed_for="the cost of the building around owned systems",
        ),
        Attribute(
            "facility_life",
            "Years over which the facility is written off",
            unit="year",
            or_else=("facility_rent",),
            needed_for="the cost of the building around owned systems",
        ),
        Attribute(
            "facility_rent", "Colocation rent per power of the systems, instead of an own facility", unit="USD/kW/month"
        ),
        Attribute("operations", "Staff and services per power of the systems", unit="USD/kW/month", required=True),
        Attribute(
            "carbon_intensity",
            "Greenhouse gas per energy from the grid",
            unit="gram/kWh",
            needed_for="the greenhouse gas of running systems there",
        ),
        Attribute(
            "water_intensity",
            "Water per energy of the systems",
            unit="litre/kWh",
            needed_for="the water that systems there use",
        ),
        _NOTE,
    ),
)

_SYSTEM = Attribute("system", "The system it provides", "reference", refers_to="system", required=True)
_LIFETIME = Attribute("lifetime", "Years over which a system earns its price back", unit="year", required=True)
_MAINTENANCE = Attribute(
    "maintenance", "Repair, spares and support per year, as share of the price", unit="1/year", required=True
)
_RESIDUAL = Attribute(
    "residual_value", "Share of the price got back at the end of life", unit="1", share=True, default="0"
)
_NETWORK = Attribute(
    "network_share_of_cluster_cost",
    "Share of switches, cables and storage in the cost of the whole cluster",
    unit="1",
    share=True,
    default="0",
)

_FAILURES = Attribute(
    "failures",
    "Failures of one system per year that need a repair",
    unit="1/year",
    needed_for="how many spare systems are held",
)
_REPAIR_TIME = Attribute("repair_time", "Time that a failed system is out of use", unit="day")

PURCHASE = Kind(
    "purchase",
    "offers/purchase",
    "Buying systems.",
    (
        _NAME,
        _SYSTEM,
        Attribute("price", "Price of one system over time", "history", unit="USD/server", required=True),
        _LIFETIME,
        _MAINTENANCE,
        _FAILURES,
        _REPAIR_TIME,
        _RESIDUAL,
        _NETWORK,
        _NOTE,
    ),
)

RENTAL = Kind(
    "rental",
    "offers/rental",
    "Renting hours of systems.",
    (
        _NAME,
        Attribute("provider", "Company that rents out", "text", required=True),
        _SYSTEM,
        Attribute(
            "commitment",
            "How it is bound",
            "choice",
            required=True,
            choices=("on demand", "spot", "reserved", "contract", "capacity block"),
        ),
        Attribute("region", "Where it is offered", "text"),
        Attribute(
            "price",
            "Rent over time; a contract may give its value instead",
            "history",
            unit="USD/accelerator/hour",
            or_else=("value",),
            needed_for="what it costs",
        ),
        Attribute("discount", "Share taken off the price for the commitment", unit="1", share=True),
        Attribute("value", "Sum of all payments of a contract, instead of a price", unit="USD"),
        Attribute("accelerators", "Accelerators that the contract provides", unit="accelerator"),
        Attribute("term", "Length of the commitment", unit="year"),
        Attribute("ramp", "Time until all accelerators are delivered, in equal steps", unit="year"),
        Attribute("escalation", "Yearly rise of the rent above inflation", unit="1/year", signed=True),
        Attribute("prepayment", "Share of the contract's value paid at its start", unit="1", share=True),
        Attribute("take_or_pay", "Share of the committed hours that is paid even if unused", unit="1", share=True),
        Attribute("shares_received", "Worth of the provider's shares received with the contract", unit="USD"),
        Attribute("credits.share", "Share of the rent that is paid with cloud credits", unit="1", share=True),
        Attribute("credits.cost", "What a dollar of cloud credit costs who pays with it", unit="1"),
        Attribute("interruptions", "Times per hour of use that the systems are taken away", unit="1/hour"),
        Attribute("lost_time", "Work lost and time to start again at an interruption", unit="hour"),
        _NOTE,
    ),
)

PROGRAM = Kind(
    "program",
    "offers/program",
    "An in-house accelerator program: design once, then make systems at cost.",
    (
        _NAME,
        _SYSTEM,
        Attribute(
            "design_cost", "Architecture, design, verification, masks and bring-up, once", unit="USD", required=True
        ),
        Attribute(
            "team_cost",
            "Yearly cost of the software and hardware team that keeps it useful",
            unit="USD/year",
            required=True,
        ),
        Attribute(
            "program_life", "Years of production over which design and team are spread", unit="year", required=True
        ),
        Attribute("volume", "Accelerators made over the program's life", unit="accelerator", required=True),
        Attribute("unit_cost", "Cost of one packaged, tested accelerator", unit="USD/accelerator", required=True),
        Attribute(
            "system_cost",
            "Cost of the rest of one system: board, host, rack, cooling",
            unit="USD/server",
            required=True,
        ),
        _LIFETIME,
        _MAINTENANCE,
        _FAILURES,
        _REPAIR_TIME,
        _RESIDUAL,
        _NETWORK,
        _NOTE,
    ),
)

ARCHITECTURE = Kind(
    "architecture",
    "architectures",
    "The shape of a model, as its publisher gives it; every count is from the one `source` of the file.",
    (
        _NAME,
        Attribute("source", "Where the shape was published", "source", required=True),
        Attribute("aliases", "Other names under which measurements and users know it", "references"),
        Attribute("layers", "Transformer layers", "count", required=True),
        Attribute("hidden_size", "Width of the residual stream", "count", required=True),
        Attribute("vocabulary", "Entries of the embedding table", "count", required=True),
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
        _NOTE,
    ),
)

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
        Attribute("finance.horizon", "Years over which cash flows are shown", unit="year"),
        Attribute("finance.inflation", "Rise of all prices per year, to tell real from nominal", unit="1/year"),
        Attribute(
            "finance.tax_rate", "Income tax on what the systems earn; none is counted without it", unit="1", share=True
        ),
        Attribute(
            "finance.price_performance_decline",
            "Fall of price for performance in powers of ten a year, for depreciation by it",
            unit="1/year",
        ),
        Attribute("demand.users", "Paying users", unit="user"),
        Attribute("demand.queries_per_user", "Queries of one user", unit="query/user/day"),
        Attribute("demand.peak_to_mean", "Highest load over mean load", unit="1"),
        Attribute("query.prompt_tokens", "Tokens read per query", unit="token/query"),
        Attribute("query.output_tokens", "Tokens written per query", unit="token/query"),
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
        _NOTE,
    ),
)

LESSOR = Kind(
    "lessor",
    "lessors",
    "A company that rents out systems, in one year of its accounts.",
    (
        _NAME,
        Attribute(
            "accelerators_start", "Accelerators under power at the start of the year", unit="accelerator", required=True
        ),
        Attribute(
            "accelerators_end", "Accelerators under power at the end of the year", unit="accelerator", required=True
        ),
        Attribute(
            "earning_lag",
            "Time from power to the first rent: installation, test, acceptance",
            unit="year",
            required=True,
        ),
        Attribute(
            "rent", "Rent of a sold hour, blended over all contracts", unit="USD/accelerator/hour", required=True
        ),
        Attribute("sold", "Share of the hours that is sold", unit="1", share=True, required=True),
        Attribute(
            "cash_cost_share", "Cost of power, sites and staff as share of revenue", unit="1", share=True, required=True
        ),
        Attribute(
            "installed_cost",
            "Price of an accelerator with its share of server and network",
            unit="USD/accelerator",
            required=True,
        ),
        Attribute("depreciation_life", "Years of straight-line depreciation", unit="year", required=True),
        Attribute("debt_start", "Debt at the start of the year", unit="USD", required=True),
        Attribute("debt_end", "Debt at the end of the year", unit="USD", required=True),
        Attribute("nominal_debt_rate", "Effective rate of the debt", unit="1/year", required=True),
        Attribute("interest_capitalised", "Interest that is booked as cost of assets under construction", unit="USD"),
        Attribute("fair_value_loss", "Loss on derivatives and warrants, which no cost explains", unit="USD"),
        Attribute("income_tax", "Income tax of the year", unit="USD"),
        Attribute("reported_revenue", "Revenue as reported", unit="USD", required=True),
        Attribute("reported_loss", "Net loss as reported", unit="USD", required=True),
        Attribute("reported_operating_income", "Operating income as reported", unit="USD"),
        _NOTE,
    ),
)

_ALL = (ACCELERATOR, SYSTEM, PROCESS, SITE, PURCHASE, RENTAL, PROGRAM, LESSOR, ARCHITECTURE, SCENARIO)
KINDS = {kind.name: kind for kind in _ALL}
OFFER_KINDS = ("purchase", "rental", "program")
