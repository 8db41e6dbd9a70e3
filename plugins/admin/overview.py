"""Settings and health as operators see them; secrets are masked before they leave this module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from host import AppConfig, authorize
from host.config import explain_config
from host.config.load import setting_rows
from host.kernel.application import Application
from host.kernel.health import HealthReport
from host.logs.redaction import redact
from plugins.admin.permissions import READ

COMMAND_LINE: Final = "command line"
FILE: Final = "plugins.toml"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting in force.

    Args:
        name: dotted; a plugin's begins with ``plugins.<id>``.
        value: as it may be shown.
        layer: the layer that says so.
        where: the exact place, empty where the layer says enough.
    """

    name: str
    value: str
    layer: str
    where: str = ""


def host_settings(config: AppConfig) -> list[SettingRow]:
    """Return every setting of the host that this process runs with, and where it comes from.

    Raises:
        PermissionDeniedError: the reader may not see this.
    """
    authorize(READ)
    explained = {row.name: row for row in explain_config(config.root).rows}
    rows = []
    for row in setting_rows(config, {}):
        origin = explained.get(row.name)
        if origin is not None and origin.value == row.value:
            where = origin.where if origin.where != origin.layer else ""
            rows.append(SettingRow(row.name, row.value, origin.layer, where))
        else:
            # Only the command line that started the process is unknown to a later look at the layers.
            rows.append(SettingRow(row.name, row.value, COMMAND_LINE))
    return rows


def plugin_settings(application: Application) -> list[SettingRow]:
    """Return the settings of every active plugin that has some.

    Raises:
        PermissionDeniedError: the reader may not see this.
    """
    authorize(READ)
    rows: list[SettingRow] = []
    for id_, active in application.plugins.items():
        if isinstance(active.settings, BaseModel):
            rows += _rows(f"plugins.{id_}", active.settings)
    return rows


def _rows(prefix: str, settings: BaseModel) -> Iterator[SettingRow]:
    for name in type(settings).model_fields:
        layer = FILE if name in settings.model_fields_set else DEFAULT
        yield SettingRow(f"{prefix}.{name}", _shown(name, getattr(settings, name)), layer)


def _shown(name: str, value: Any) -> str:
    """Return `value` as text; secrets show as stars, and what looks like one is masked as in the log."""
    if isinstance(value, BaseModel):
        value = value.model_dump()
    if isinstance(value, tuple | list):
        return ", ".join(_shown(name, each) for each in value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(str(key), each)}" for key, each in value.items()) + "}"
    return redact(f"{name}={value}").removeprefix(f"{name}=")


def health(application: Application) -> HealthReport:
    """Run every health check and return the report.

    Raises:
        PermissionDeniedError: the reader may not see this.
    """
    authorize(READ)
    return application.health()
