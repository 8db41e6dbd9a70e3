"""The plugin's services, each after what it needs."""

from dependency_injector import containers, providers

from host import AppConfig, ChangeFeed, Database
from host.kernel.acknowledged import Acknowledgements
from host.kernel.registry import Registry
from host.security.events import SecurityEvents
from plugins.auth.services.roles import Roles
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.tokens import Tokens
from plugins.auth.settings import AuthSettings


class AuthServices(containers.DeclarativeContainer):
    """What pages, routes and commands ask for by name."""

    settings = providers.Dependency(instance_of=AuthSettings)
    config = providers.Dependency(instance_of=AppConfig)
    database = providers.Dependency(instance_of=Database)
    changes = providers.Dependency(instance_of=ChangeFeed)
    security_events = providers.Dependency(instance_of=SecurityEvents)
    registry = providers.Dependency(instance_of=Registry)
    acknowledgements = providers.Dependency(instance_of=Acknowledgements)

    second_factor = providers.ThreadSafeSingleton(SecondFactor, database, settings, config, security_events)
    tokens = providers.ThreadSafeSingleton(Tokens, database, settings, config, registry, security_events)
    roles = providers.ThreadSafeSingleton(Roles, database, changes, registry, security_events, acknowledgements)
