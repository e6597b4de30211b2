"""Seconds, tokens per second and bytes of a workload on an accelerator, from its spec sheet."""
