"""What a table of a file of training runs may say: all that a scenario may, and what was published of the run."""

from __future__ import annotations

from dataclasses import replace

from costmodel.specs.attribute import Attribute, Kind
from costmodel.specs.tables.questions import SCENARIO

PUBLISHED = (
    Attribute(
        "published.accelerator_hours", "Published hours of all accelerators", unit="accelerator*hour", positive=True
    ),
    Attribute("published.cost_at_cloud_price", "Published cost as hours x rent", unit="USD", positive=True),
    Attribute("published.cost_amortised", "Published cost as worth lost and energy", unit="USD", positive=True),
    Attribute("published.cost_of_acquisition", "Published price of the cluster", unit="USD", positive=True),
)
"""By the name of the figure of the model with which each is compared: methods are never mixed."""

RUN = Kind(
    "training run",
    "reports",
    "One training run beside what was published of it; [shared] says what all runs of the file have.",
    (*(replace(one, required=False) for one in SCENARIO), *PUBLISHED),
)
