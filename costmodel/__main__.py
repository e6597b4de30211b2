"""`python -m costmodel` is the command `costmodel`."""

import atexit
import gc
import os

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
"""What libraries of linear algebra read when they are loaded: matrices are small here, and threads wait for each other.

On one thread sums also have one order, so that the same inputs give the same bytes on every machine.
"""


def main() -> None:
    """Run the command; who stops it while it is still being loaded sees no traceback either."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    atexit.register(gc.freeze)  # nobody has to search for what is unused in a process that ends: a tenth of the time
    try:
        from costmodel.cli import main as command  # noqa: PLC0415 - most of the time in which it may be stopped

        command()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
