"""What the home page needs of the host."""

from dependency_injector import containers, providers

from host import Report


class HomeServices(containers.DeclarativeContainer):
    """Slots only: the home page owns nothing."""

    report: providers.Dependency[Report] = providers.Dependency()
