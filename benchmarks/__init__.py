"""Measures what the data layer costs and gains: ``python -m benchmarks.<name>``, or all by ``make bench``."""
