"""Analytical queries by DuckDB over what the database holds: off to the side, nothing is written or fetched."""

from host.data.analytics.analytics import Analytics, AnalyticsError

__all__ = ["Analytics", "AnalyticsError"]
