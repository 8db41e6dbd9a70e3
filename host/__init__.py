"""What plugin authors import. Every name is loaded at its first use, so that `import host` costs next to nothing."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from host.computation import Computation as Computation
    from host.computation import Compute as Compute
    from host.config import AppConfig as AppConfig
    from host.contracts import Authenticator as Authenticator
    from host.contracts import Blob as Blob
    from host.contracts import BlobStore as BlobStore
    from host.contracts import CacheBackend as CacheBackend
    from host.contracts import Credentials as Credentials
    from host.contracts import Event as Event
    from host.contracts import JobQueue as JobQueue
    from host.contracts import JobWaker as JobWaker
    from host.contracts import Principal as Principal
    from host.contributions import Catalogue as Catalogue
    from host.contributions import Command as Command
    from host.contributions import Finding as Finding
    from host.contributions import Guard as Guard
    from host.contributions import Health as Health
    from host.contributions import HealthCheck as HealthCheck
    from host.contributions import Migrations as Migrations
    from host.contributions import Page as Page
    from host.contributions import PageEvent as PageEvent
    from host.contributions import Permission as Permission
    from host.contributions import Plugin as Plugin
    from host.contributions import Route as Route
    from host.contributions import Seed as Seed
    from host.contributions import Verdict as Verdict
    from host.contributions import Visit as Visit
    from host.data import ChangeFeed as ChangeFeed
    from host.data import Database as Database
    from host.data import UnitOfWork as UnitOfWork
    from host.data import UtcDateTime as UtcDateTime
    from host.errors import CapabilityMissingError as CapabilityMissingError
    from host.errors import HostError as HostError
    from host.errors import NoContextError as NoContextError
    from host.errors import PermissionDeniedError as PermissionDeniedError
    from host.errors import PluginError as PluginError
    from host.errors import ValidationError as ValidationError
    from host.hookspecs import HOST_API as HOST_API
    from host.hookspecs import hookimpl as hookimpl
    from host.kernel.context import RunContext as RunContext
    from host.kernel.context import authorize as authorize
    from host.kernel.context import current as current
    from host.kernel.events import EventBus as EventBus
    from host.kernel.exposure import Exposure as Exposure
    from host.kernel.preview import PlanDiff as PlanDiff
    from host.kernel.report import PluginStatus as PluginStatus
    from host.kernel.report import Report as Report
    from host.kernel.toggles import Toggles as Toggles
    from host.logs import bind_log_context as bind_log_context
    from host.logs import get_logger as get_logger
    from host.logs import report_error as report_error
    from host.resources import project_root as project_root
    from host.texts import Texts as Texts
    from host.texts import load_catalogues as load_catalogues
    from host.ui.action import action as action
    from host.ui.boundary import block as block
    from host.ui.events import PageVisited as PageVisited
    from host.ui.fragment import fragment as fragment
    from host.ui.refresh import redraw as redraw
    from host.ui.router import back as back
    from host.ui.router import navigate as navigate
    from host.ui.text import text as text
    from host.ui.visible import PageLink as PageLink
    from host.ui.visible import sections as sections
    from host.ui.visible import visible_pages as visible_pages

_HOMES: Final = {
    "host.computation": ("Computation", "Compute"),
    "host.config": ("AppConfig",),
    "host.contracts": (
        "Authenticator",
        "Blob",
        "BlobStore",
        "CacheBackend",
        "Credentials",
        "Event",
        "JobQueue",
        "JobWaker",
        "Principal",
    ),
    "host.contributions": (
        "Catalogue",
        "Command",
        "Finding",
        "Guard",
        "Health",
        "HealthCheck",
        "Migrations",
        "Page",
        "PageEvent",
        "Permission",
        "Plugin",
        "Route",
        "Seed",
        "Verdict",
        "Visit",
    ),
    "host.data": (
        "ChangeFeed",
        "Database",
        "UnitOfWork",
        "UtcDateTime",
    ),
    "host.errors": (
        "CapabilityMissingError",
        "HostError",
        "NoContextError",
        "PermissionDeniedError",
        "PluginError",
        "ValidationError",
    ),
    "host.hookspecs": (
        "HOST_API",
        "hookimpl",
    ),
    "host.kernel.context": (
        "RunContext",
        "authorize",
        "current",
    ),
    "host.kernel.events": ("EventBus",),
    "host.kernel.exposure": ("Exposure",),
    "host.kernel.preview": ("PlanDiff",),
    "host.kernel.report": (
        "PluginStatus",
        "Report",
    ),
    "host.kernel.toggles": ("Toggles",),
    "host.logs": (
        "bind_log_context",
        "get_logger",
        "report_error",
    ),
    "host.resources": ("project_root",),
    "host.texts": (
        "Texts",
        "load_catalogues",
    ),
    "host.ui.action": ("action",),
    "host.ui.boundary": ("block",),
    "host.ui.events": ("PageVisited",),
    "host.ui.fragment": ("fragment",),
    "host.ui.refresh": ("redraw",),
    "host.ui.router": (
        "back",
        "navigate",
    ),
    "host.ui.text": ("text",),
    "host.ui.visible": (
        "PageLink",
        "sections",
        "visible_pages",
    ),
}
_HOME_OF: Final = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
