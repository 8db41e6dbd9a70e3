"""The pages of administration and of one's own account."""
