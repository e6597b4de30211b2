"""The formulas of time and memory; units stand where Python has types (docs/decisions/0002)."""
