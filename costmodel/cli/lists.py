"""Options that take several values, with commas between them."""

from __future__ import annotations

from costmodel.errors import CostModelError


def words_in(text: str | None) -> list[str]:
    """Return what stands between the commas of an option; nothing, if it is not given."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def numbers_in(text: str | None, option: str) -> list[float]:
    """Return the numbers between the commas of an option, or an error that names it."""
    try:
        return [float(part) for part in words_in(text)]
    except ValueError:
        msg = f"{option} must be numbers with commas between them, such as 1,2,4; not {text}"
        raise CostModelError(msg) from None
