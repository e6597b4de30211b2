"""How replicas fit on what is bought or rented as one: accelerators that no replica can use stand idle beside them."""

from costmodel.formula import formula
from costmodel.formula.ops import ceil, floor, maximum, where

SIZE = (1.0, 1e6)


@formula(bounds={"replica": SIZE, "unit": SIZE})
def occupied_share(*, replica: "accelerator", unit: "accelerator") -> "1":
    """Return the share of the accelerators held for a replica that it uses; the rest is paid for and idle.

    replica / (unit x ceil(replica / unit)), or replica x floor(unit / replica) / unit if it is smaller: it occupies
    whole units, or a part of one that it shares with its likes
    """
    units = where(replica < unit, 1 / maximum(floor(unit / replica), 1), ceil(replica / unit))
    return replica / (unit * units)
