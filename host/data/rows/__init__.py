"""What rows of any model can take on, and what the sessions of a database do with them."""
