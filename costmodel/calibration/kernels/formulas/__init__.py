"""Seconds of single kernels on one accelerator: products, attention, expert layers and collectives."""
