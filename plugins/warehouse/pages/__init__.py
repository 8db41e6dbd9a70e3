"""The warehouse's pages; every rule stands in the services."""
