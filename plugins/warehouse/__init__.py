"""The warehouse plugin: articles, lots, stock movements, reservations and orders of a trading company."""
