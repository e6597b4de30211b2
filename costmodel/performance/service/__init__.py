"""Requests over time on a replica: queue, flow, latency and its percentiles."""
