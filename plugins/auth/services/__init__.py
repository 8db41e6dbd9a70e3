"""The services: who signs in, with what, for how long, and what they may do."""
