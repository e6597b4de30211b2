"""Fitting the constants of the time model on measurements; nothing here is loaded in normal use."""

from costmodel.calibration.fit.kernels import KernelFit, fit_kernels

__all__ = ["KernelFit", "fit_kernels"]
