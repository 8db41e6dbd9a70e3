"""The page on which everybody arrives: a greeting, what the app offers, how it is."""
