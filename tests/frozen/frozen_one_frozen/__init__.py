"""A plugin built for host API 1.0."""
