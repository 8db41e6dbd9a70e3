"""The warehouse's feature flags: what operators switch for everybody or for some, while the app runs."""

from typing import Final

from host import Flag

REACH_ESTIMATE: Final = "warehouse.reach_estimate"
FLAGS: Final = (Flag(name=REACH_ESTIMATE, title="warehouse.flag.reach_estimate", default=True, owner="Warehouse team"),)
