"""Services with every slot of 1.0 that needs no other plugin."""

from dependency_injector import containers, providers
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host import (
    ChangeFeed,
    Database,
    Event,
    EventBus,
    Health,
    ValidationError,
    authorize,
    current,
)


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "frozen_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(100))


class LineWritten(Event):
    pass


class TooManyError(ValidationError):
    user_message = "frozen.too_many"


class Lines:
    def __init__(self, database: Database, events: EventBus, changes: ChangeFeed, settings, log):
        self.database, self.events, self.changes, self.settings, self.log = database, events, changes, settings, log
        self.heard = []
        self.life = []

    def write(self, text):
        authorize("frozen.write")
        if len(self.all()) >= self.settings.limit:
            raise TooManyError(f"there are {self.settings.limit} lines", remedy="Raise the limit.")
        with self.database.begin() as unit:
            unit.session.add(Line(text=text))
            self.changes.publish("frozen", text)
            self.events.publish(LineWritten())
            unit.after_commit(lambda: self.life.append("committed"))
        self.log.info("line written", by=current().principal.name)

    def all(self):
        with self.database.begin(readonly=True) as unit:
            return [line.text for line in unit.session.scalars(select(Line).order_by(Line.id))]

    def hear(self, event):
        self.heard.append(event)

    def health(self):
        return Health("ok", f"{len(self.all())} lines")


class Memory:
    """The capability `cache_backend` as its contract stood in 1.0."""

    def __init__(self):
        self.stored = {}

    def get(self, key):
        return self.stored.get(key)

    def set(self, key, value, ttl_s):
        self.stored[key] = value

    def delete(self, key):
        self.stored.pop(key, None)


class FrozenServices(containers.DeclarativeContainer):
    settings = providers.Dependency()
    config = providers.Dependency()
    database = providers.Dependency(instance_of=Database)
    events = providers.Dependency(instance_of=EventBus)
    changes = providers.Dependency(instance_of=ChangeFeed)
    blobs = providers.Dependency()
    jobs = providers.Dependency()
    log = providers.Dependency()
    data_dir = providers.Dependency()

    lines = providers.ThreadSafeSingleton(Lines, database, events, changes, settings, log)
    cache_backend = providers.ThreadSafeSingleton(Memory)
    api = providers.Object("frozen api")
