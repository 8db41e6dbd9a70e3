"""Plugins as operators see and switch them; every call checks the permission of who acts."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from host import Exposure, PluginStatus, Report, Toggles, ValidationError, authorize
from host.kernel.plan import Plan, make_plan
from host.kernel.preview import PlanDiff, compare
from plugins.admin.permissions import MANAGE, READ


@dataclass(frozen=True)
class Administration:
    """The operators' view of the plugins.

    Args:
        toggles: the switches, valid for all processes.
        report: what became of each plugin in this process.
    """

    toggles: Toggles
    report: Report

    def plugins(self) -> list[PluginStatus]:
        """Return every plugin as it runs here, with the switch and the audience as of now.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        authorize(READ)
        choices = self.toggles.question().choices
        return [
            replace(
                row,
                enabled=choices.enabled(row.id)[0],
                origin=choices.enabled(row.id)[1],
                exposure=choices.exposure(row.id),
            )
            for row in self.report.rows
        ]

    def pending(self, running: Plan) -> PlanDiff | None:
        """Return what the processes still have to take over, ``None`` when they run what is wanted.

        Args:
            running: the plan of this process.

        Raises:
            PermissionDeniedError: the reader may not see this.
        """
        authorize(READ)
        difference = compare(running, make_plan(self.toggles.question()))
        return difference if difference.restart else None

    def preview(self, plugin: str, *, enabled: bool) -> PlanDiff:
        """Return what switching `plugin` would do.

        Raises:
            PermissionDeniedError: the reader may not switch.
            ValidationError: no such plugin, or the environment pins it.
        """
        authorize(MANAGE)
        return self.toggles.preview(plugin, enabled)

    def switch(self, plugin: str, *, enabled: bool) -> PlanDiff:
        """Switch `plugin` for all processes and return what that does.

        Raises:
            PermissionDeniedError: the reader may not switch.
            ValidationError: no such plugin, or the environment pins it.
        """
        principal = authorize(MANAGE)
        act = self.toggles.enable if enabled else self.toggles.disable
        return act(plugin, principal.user_id)

    def expose(self, plugin: str, roles: Collection[str], percent: float) -> None:
        """Set who sees `plugin`, at once and everywhere.

        Args:
            roles: at least one of these is needed; none means everybody.
            percent: share of users, 0 to 100.

        Raises:
            PermissionDeniedError: the reader may not switch.
            ValidationError: no such plugin, a share outside 0 to 100, or a role without a name.
        """
        principal = authorize(MANAGE)
        named = frozenset(role.strip() for role in roles)
        if "" in named:
            raise ValidationError("A role has no name.", remedy="Remove it or give it a name.")
        self.toggles.expose(plugin, Exposure(named, percent), principal.user_id)
