"""Example data: the stock of a small dealer in delicatessen and what goes with them."""
