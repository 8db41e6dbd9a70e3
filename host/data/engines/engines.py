"""The engines of one database, and what can be said about their connections."""

from dataclasses import dataclass, field
from typing import Any, Literal, final

from sqlalchemy import Engine

from host.data.engines.business import Business, RoutedSession
from host.data.engines.forks import leave_to_parent
from host.data.engines.holders import Holders
from host.data.engines.pools import PoolFigures, figures
from host.data.engines.replica import ReplicaLag


@final
@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one database.

    Args:
        write: transactions that may write; on SQLite one connection, so that threads queue instead of colliding.
        read: transactions that may not; on PostgreSQL they come from the pool of `write`.
        single: unpooled connections for migrations and listeners, which may hold one for as long as they like.
        replica: reads that may lag behind, where there is a server for them.
        lag: tells whether `replica` may be used.
        business: where business tables lie, if apart from the host's.
        holders: who has a connection of a pool in hand.
    """

    write: Engine
    read: Engine
    single: Engine
    replica: Engine | None = None
    lag: ReplicaLag | None = None
    business: Business | None = None
    holders: Holders = field(default_factory=Holders)

    def __post_init__(self) -> None:
        for name, engine in self.pools.items():
            self.holders.watch(engine, name)
            leave_to_parent(engine, self.holders.forget)

    @property
    def pools(self) -> dict[str, Engine]:
        """Each pool's name → an engine that draws from it; what listens to engines listens to these."""
        named = {"write": self.write, "read": self.read}
        if self.read.pool is self.write.pool:
            del named["read"]
        if self.replica is not None:
            named["replica"] = self.replica
        if self.business is not None:
            named |= {"business_write": self.business.write, "business_read": self.business.read}
        return named

    def routes(self, kind: Literal["write", "read"]) -> dict[str, Any]:
        """Return the arguments of `sessionmaker` that send business tables to where they lie."""
        if self.business is None:
            return {}
        engine = self.business.write if kind == "write" else self.business.read
        return {"class_": RoutedSession, "info": {"business": engine}}

    def figures(self) -> tuple[PoolFigures, ...]:
        """Return how each pool stands right now."""
        return tuple(figures(name, engine, self.holders) for name, engine in self.pools.items())

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in (*self.pools.values(), self.single):
            engine.dispose()
