"""What the admin pages need of the host."""

from dependency_injector import containers, providers

from host import AppConfig, AuditTrail, Flags, Report, Toggles
from plugins.admin.administration import Administration
from plugins.admin.flagging import Flagging


class AdminServices(containers.DeclarativeContainer):
    """The administration over the host's switches and report."""

    toggles: providers.Dependency[Toggles] = providers.Dependency()
    report: providers.Dependency[Report] = providers.Dependency()
    config: providers.Dependency[AppConfig] = providers.Dependency()
    flags: providers.Dependency[Flags] = providers.Dependency()
    audit_trail: providers.Dependency[AuditTrail] = providers.Dependency()
    administration = providers.ThreadSafeSingleton(Administration, toggles=toggles, report=report)
    flagging = providers.ThreadSafeSingleton(Flagging, flags, audit_trail)
