"""How careful an upgrade is, and what it does about what stands in its way."""

from dataclasses import dataclass
from typing import final

from host.data.actor import SYSTEM, Actor
from host.data.migrate.snapshots import Snapshots


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """How to upgrade.

    Args:
        accept_risks: run steps that break a safety rule.
        warn_only: log a broken rule instead of refusing it, as a start in development does; a step that would break a
            process that runs right now is refused all the same.
        wait_s: seconds for which a contract step waits for processes of an older version to end.
        snapshots: what keeps a copy of the database before it is changed; ``None`` for no copy.
        actor: who migrates.
    """

    accept_risks: bool = False
    warn_only: bool = False
    wait_s: float = 0.0
    snapshots: Snapshots | None = None
    actor: Actor = SYSTEM
