"""The container. The host fills the slots by name; a page, command or route takes any of it by name."""

from dependency_injector import containers, providers
from host import Database, EventBus

from holdfast_notes.notes import Notes
from holdfast_notes.outside import CapacityCheck
from holdfast_notes.settings import NotesSettings


class NotesServices(containers.DeclarativeContainer):
    """What the plugin builds."""

    settings = providers.Dependency(instance_of=NotesSettings)
    database = providers.Dependency(instance_of=Database)
    events = providers.Dependency(instance_of=EventBus)

    notes = providers.ThreadSafeSingleton(Notes, database, events, settings)
    capacity = providers.ThreadSafeSingleton(CapacityCheck, notes, settings)
