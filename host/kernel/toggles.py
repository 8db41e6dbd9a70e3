"""What operators switch at run time: stored in the database, copied beside it, announced by the change feed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from host.data import ChangeFeed, Database, ToggleRow
from host.errors import ValidationError
from host.kernel.choices import Toggle
from host.kernel.exposure import Exposure
from host.kernel.marker import Quarantine
from host.kernel.plan import Question, make_plan
from host.kernel.preview import PlanDiff, compare, refuse_pinned, refuse_unknown, switched
from host.kernel.remembered import Remembered
from host.logs import get_logger

GRAPH_TOPIC: Final = "plugins"
EXPOSURE_TOPIC: Final = "exposure"
_log = get_logger(__name__)


@dataclass(frozen=True)
class ToggleStore:
    """Reads and writes the toggles.

    Args:
        data_dir: where the local copy stands that serves a start without the database.
    """

    database: Database
    data_dir: Path

    def read(self) -> Mapping[str, Toggle]:
        """Return every toggle; without the database, those of the last successful read."""
        remembered = self._remembered
        try:
            return {id_: _toggle(each) for id_, each in remembered.read().items()}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            remembered.damaged(error)
            return {}

    def write(self, plugin: str, toggle: Toggle) -> None:
        """Store one toggle in the current unit of work; an empty one is removed, the file decides again."""
        with self.database.begin() as unit:
            if toggle.enabled is not None or toggle.exposure is not None:
                unit.session.merge(_row(plugin, toggle))
            elif (stored := unit.session.get(ToggleRow, plugin)) is not None:
                unit.session.delete(stored)

    @property
    def _remembered(self) -> Remembered:
        copy, otherwise = self.data_dir / "toggles.json", "plugins.toml decides alone"
        return Remembered(self.database, ToggleRow, _keyed, copy, "toggles", otherwise)


def _keyed(row: ToggleRow) -> tuple[str, dict[str, Any]]:
    return row.plugin_id, {"enabled": row.enabled, "exposure": row.exposure, "by": row.changed_by}


def _toggle(stored: Mapping[str, Any]) -> Toggle:
    exposure = stored["exposure"]
    return Toggle(stored["enabled"], Exposure.from_json(exposure) if exposure is not None else None, stored["by"])


def _row(plugin: str, toggle: Toggle) -> ToggleRow:
    return ToggleRow(
        plugin_id=plugin,
        enabled=toggle.enabled,
        exposure=toggle.exposure.as_json() if toggle.exposure else None,
        changed_by=toggle.by,
        changed_at=datetime.now(UTC),
    )


@dataclass(frozen=True)
class Toggles:
    """The operators' switches.

    Args:
        question: gives what a plan depends on, as of now; asked afresh at each call.
    """

    store: ToggleStore
    changes: ChangeFeed
    quarantine: Quarantine
    question: Callable[[], Question]

    def preview(self, plugin: str, enabled: bool) -> PlanDiff:
        """Return what switching `plugin` on or off would do.

        Raises:
            ValidationError: no such plugin, or the environment pins it.
        """
        now = self.question()
        refuse_unknown(plugin, now)
        refuse_pinned(plugin, now)
        return compare(make_plan(now), make_plan(switched(now, plugin, enabled)))

    def enable(self, plugin: str, by: str) -> PlanDiff:
        """Switch `plugin` on for all processes and let a quarantined one try again."""
        return self._switch(plugin, True, by)

    def disable(self, plugin: str, by: str) -> PlanDiff:
        """Switch `plugin` off for all processes."""
        return self._switch(plugin, False, by)

    def expose(self, plugin: str, exposure: Exposure, by: str) -> None:
        """Set the audience of `plugin`, at once and without a restart.

        Raises:
            ValidationError: no such plugin, or a share outside 0 to 100.
        """
        now = self.question()
        refuse_unknown(plugin, now)
        if not 0 <= exposure.percent <= 100:
            raise ValidationError(f"percent = {exposure.percent:g}: give a share from 0 to 100")
        toggle = now.choices.toggles.get(plugin, Toggle())
        self._store(plugin, replace(toggle, exposure=exposure, by=by), EXPOSURE_TOPIC)

    def _switch(self, plugin: str, enabled: bool, by: str) -> PlanDiff:
        diff = self.preview(plugin, enabled)
        choices = self.question().choices
        listed = choices.file.plugins.get(plugin)
        agrees = listed is not None and listed.enabled == enabled
        toggle = choices.toggles.get(plugin, Toggle())
        if enabled:
            self.quarantine.release(plugin)
        self._store(plugin, replace(toggle, enabled=None if agrees else enabled, by=by), GRAPH_TOPIC)
        return diff

    def _store(self, plugin: str, toggle: Toggle, topic: str) -> None:
        with self.store.database.begin():
            self.store.write(plugin, toggle)
            self.changes.publish(topic, plugin)
        # The local copy follows at once: it is what `app --help` goes by.
        self.store.read()
        _log.info("plugin toggled", plugin=plugin, enabled=toggle.enabled, exposure=str(toggle.exposure), by=toggle.by)
