"""How replicas fit on what is bought or rented as one: accelerators that no replica can use stand idle beside them."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, floor, maximum

SIZE = (1.0, 1e6)


@formula(bounds={"replica": SIZE, "unit": SIZE})
def units_per_replica(*, replica: "accelerator", unit: "accelerator") -> "1":
    """Return the units of so many accelerators that one replica occupies: whole ones, or a part of one it shares.

    ceil(replica / unit) / max(floor(unit / replica), 1)
    """
    return ceil(replica / unit) / maximum(floor(unit / replica), 1)


@formula(bounds={"replica": SIZE, "unit": SIZE, "units": (1e-6, 1e6)}, decreasing=["units"])
def occupied_share(*, replica: "accelerator", unit: "accelerator", units: "1") -> "1":
    """Return the share of the accelerators held for a replica that it uses; the rest is paid for and idle."""
    return replica / (units * unit)
