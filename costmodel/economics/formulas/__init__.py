"""The formulas of money; units stand where Python has types (docs/decisions/0002)."""
