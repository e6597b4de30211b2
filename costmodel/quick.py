"""Quantities that look up what two units make together: pint asks all its questions again for each operation.

pint looks for offsets, logarithms, other registries and wrapping libraries whenever two quantities meet. Units here are
factors only (`units.txt`), so from one operation to the next only the numbers differ, which are computed as pint does.
Whatever is not two quantities of the registry goes pint's own way, and so does every error.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Self

import numpy as np
import pint
from pint.util import UnitsContainer

_OfPint: Any = pint.UnitRegistry.Quantity
_UnitOfPint: Any = pint.UnitRegistry.Unit
_application: Any = pint.get_application_registry
_PLAIN: set[type] = {float, int, np.float64, np.ndarray}
_SCALARS = (float, int)
_SAME = float(1)
"""The factor between a unit and itself, by which nothing is multiplied: a whole number stays one."""
PERCENT = 0.01
_KNOWN: dict[UnitsContainer, UnitsContainer] = {}
"""Units by themselves: what is found again is one object, and its place in memory stands for it."""
_KEPT: dict[int, UnitsContainer] = {}
"""The same by their places, since pint takes longer to hash a unit."""
_UNITS: dict[int, Any] = {}
_TEXTS: dict[str, UnitsContainer] = {}
_DIMENSIONS: dict[UnitsContainer, Any] = {}
_WRITTEN: dict[tuple[UnitsContainer, str], str] = {}


def hold_as_they_are(kind: type) -> None:
    """Let quantities hold numbers of a further kind, which pint need not look at."""
    _PLAIN.add(kind)


class _Pairs(dict[tuple[int, int], Any]):
    """What two units make together, by the places of units that are kept for good."""

    def __init__(self, make: Callable[[UnitsContainer, UnitsContainer], Any]) -> None:
        super().__init__()
        self.make = make

    def of(self, left: UnitsContainer, right: UnitsContainer) -> Any:
        """Return what two units make, looked up where both are known objects."""
        try:
            return self[id(left), id(right)]
        except KeyError:
            kept = _kept(left), _kept(right)
            key = id(kept[0]), id(kept[1])
            if key not in self:
                self[key] = self.make(*kept)
            return self[key]


def _kept(units: UnitsContainer) -> UnitsContainer:
    found = _KEPT.get(id(units))
    if found is None:
        found = _KNOWN.setdefault(units, units)
        _KEPT[id(found)] = found
    return found


def _factor(given: UnitsContainer, wanted: UnitsContainer) -> float | None:
    """Return by what pint multiplies a number to have it in other units; None where the dimensions differ."""
    if given == wanted:
        return _SAME
    try:
        return float(_application().convert(1.0, given, wanted))
    except pint.DimensionalityError:
        return None


_PRODUCTS = _Pairs(lambda left, right: _kept(operator.mul(left, right)))
_QUOTIENTS = _Pairs(lambda left, right: _kept(operator.truediv(left, right)))
_FACTORS = _Pairs(_factor)


class QuickQuantity(_OfPint):  # type: ignore[misc]
    """A quantity of pint with a shorter way for what is computed most; results are the same to the last bit."""

    def __new__(cls, value: Any, units: Any = None) -> Self:
        """Return a number with its unit; what is no plain number in a known unit is read by pint."""
        if type(value) in _PLAIN:
            if type(units) is UnitsContainer:
                return _made(cls, value, units)
            if isinstance(units, pint.Unit):
                return _made(cls, value, units._units)
        return super().__new__(cls, value, units)

    magnitude = property(operator.attrgetter("_magnitude"), doc="The number or array.")

    @property
    def units(self) -> Any:
        """The unit, one object for all quantities that are in it."""
        kept = _kept(self._units)
        found = _UNITS.get(id(kept))
        if found is None:
            found = _UNITS[id(kept)] = self._REGISTRY.Unit(kept)
        return found

    @property
    def dimensionality(self) -> Any:
        """The dimension, one object for all quantities in one unit."""
        found = _DIMENSIONS.get(self._units)
        if found is None:
            found = _DIMENSIONS[self._units] = super().dimensionality
        return found

    def __mul__(self, other: Any) -> Any:
        if type(other) is type(self):
            units = _PRODUCTS.of(self._units, other._units)
            return _made(type(self), self._magnitude * other._magnitude, units)
        if type(other) in _SCALARS:
            return _made(type(self), self._magnitude * other, self._units)
        return super().__mul__(other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) is type(self) and type(other._magnitude) is not int:
            units = _QUOTIENTS.of(self._units, other._units)
            return _made(type(self), self._magnitude / other._magnitude, units)
        if type(other) in _SCALARS:
            return _made(type(self), self._magnitude / other, self._units)
        return super().__truediv__(other)

    def __add__(self, other: Any) -> Any:
        if type(other) is type(self) and (factor := _FACTORS.of(other._units, self._units)) is not None:
            return _made(type(self), self._magnitude + _times(other._magnitude, factor), self._units)
        if type(other) in _SCALARS and not self._units:
            return _made(type(self), self._magnitude + other, self._units)
        return super().__add__(other)

    def __sub__(self, other: Any) -> Any:
        if type(other) is type(self) and (factor := _FACTORS.of(other._units, self._units)) is not None:
            return _made(type(self), self._magnitude - _times(other._magnitude, factor), self._units)
        if type(other) in _SCALARS and not self._units:
            return _made(type(self), self._magnitude - other, self._units)
        return super().__sub__(other)

    def compare(self, other: Any, op: Callable[[Any, Any], Any]) -> Any:
        """Return what an operator such as < says of two quantities."""
        if type(other) is type(self) and _FACTORS.of(other._units, self._units) is _SAME:
            return op(self._magnitude, other._magnitude)
        return op(self._magnitude, other) if type(other) in _SCALARS and not self._units else super().compare(other, op)

    def to(self, other: Any = None, *contexts: Any, **more: Any) -> Any:
        """Return the quantity in another unit."""
        units = _container(other, self._REGISTRY)
        if units is None or contexts or more or (factor := _FACTORS.of(self._units, units)) is None:
            return super().to(other, *contexts, **more)
        return _made(type(self), _times(self._magnitude, factor), units)

    def is_compatible_with(self, other: Any, *contexts: Any, **more: Any) -> bool:
        """Say whether a unit or quantity has the same dimension."""
        units = _container(other, self._REGISTRY)
        if units is None or contexts or more:
            return bool(super().is_compatible_with(other, *contexts, **more))
        return _FACTORS.of(self._units, units) is not None


def one_object(unit: Any) -> Any:
    """Return a unit as the one object that stands for it, whichever way it was made."""
    return (1.0 * unit).units


def factor_to(value: Any, unit: Any) -> float | None:
    """Return by what to multiply the number of a quantity to have it in a unit; None where the dimensions differ."""
    if value._units is unit._units:
        return _SAME
    found: float | None = _FACTORS.of(value._units, unit._units)
    return found


def scaled(number: Any, factor: float) -> Any:
    """Return a number in another unit, by the factor to it; of a percentage the hundredth: 95% is not above 0.95."""
    return number / 100 if factor == PERCENT else number * factor


def unit_of(value: Any) -> UnitsContainer:
    """Return the unit of a quantity as the one object that stands for it, whichever way it was made."""
    return _kept(value._units)


def _made(kind: Any, number: Any, units: UnitsContainer) -> Any:
    made = object.__new__(kind)
    made._magnitude, made._units = number, units
    return made


def _times(number: Any, factor: float) -> Any:
    """Return a number in another unit; one in the same unit stays what it is."""
    return number if factor is _SAME else number * factor


def _container(other: Any, registry: Any) -> UnitsContainer | None:
    """Return what is in a unit, in that of a quantity or in a text; nothing of anything else."""
    if type(other) is UnitsContainer:
        return other
    if type(other) is str:
        if other not in _TEXTS:
            _TEXTS[other] = _kept(registry.parse_units_as_container(other))
        return _TEXTS[other]
    return other._units if isinstance(other, (pint.Unit, QuickQuantity)) else None


class QuickUnit(_UnitOfPint):  # type: ignore[misc]
    """A unit that is put in words once: a page writes the same few thousands of times."""

    def __format__(self, spec: str) -> str:
        key = self._units, spec
        if key not in _WRITTEN:
            _WRITTEN[key] = super().__format__(spec)
        return _WRITTEN[key]


class Registry(pint.UnitRegistry[Any]):
    """The registry whose quantities and units are these."""

    Quantity = QuickQuantity
    Unit = QuickUnit
