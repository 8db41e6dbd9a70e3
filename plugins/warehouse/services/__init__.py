"""What the warehouse can do: every rule is kept here, whoever calls."""
