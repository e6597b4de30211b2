"""`python -m costmodel` is the command `costmodel`."""

import atexit
import gc


def main() -> None:
    """Run the command; who stops it while it is still being loaded sees no traceback either."""
    atexit.register(gc.freeze)  # nobody has to search for what is unused in a process that ends: a tenth of the time
    try:
        from costmodel.cli import main as command  # noqa: PLC0415 - most of the time in which it may be stopped

        command()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
