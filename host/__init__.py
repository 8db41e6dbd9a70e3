"""What plugin authors import. Every name is loaded at its first use, so that `import host` costs next to nothing."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from host.computation import Computation as Computation
    from host.computation import Compute as Compute
    from host.config import AppConfig as AppConfig
    from host.contracts import ANONYMOUS as ANONYMOUS
    from host.contracts import SIGNED_IN as SIGNED_IN
    from host.contracts import Authenticator as Authenticator
    from host.contracts import Blob as Blob
    from host.contracts import BlobStore as BlobStore
    from host.contracts import CacheBackend as CacheBackend
    from host.contracts import Credentials as Credentials
    from host.contracts import Event as Event
    from host.contracts import JobQueue as JobQueue
    from host.contracts import JobWaker as JobWaker
    from host.contracts import LoginAuthenticator as LoginAuthenticator
    from host.contracts import Principal as Principal
    from host.contracts import SeedProgress as SeedProgress
    from host.contracts import SeedSize as SeedSize
    from host.contracts import SessionAuthenticator as SessionAuthenticator
    from host.contributions import Catalogue as Catalogue
    from host.contributions import Command as Command
    from host.contributions import Finding as Finding
    from host.contributions import Flag as Flag
    from host.contributions import FlagValue as FlagValue
    from host.contributions import Guard as Guard
    from host.contributions import Health as Health
    from host.contributions import HealthCheck as HealthCheck
    from host.contributions import Migrations as Migrations
    from host.contributions import Page as Page
    from host.contributions import PageEvent as PageEvent
    from host.contributions import Permission as Permission
    from host.contributions import Plugin as Plugin
    from host.contributions import ResourceRule as ResourceRule
    from host.contributions import RetentionPolicy as RetentionPolicy
    from host.contributions import Route as Route
    from host.contributions import Seed as Seed
    from host.contributions import SignInMethod as SignInMethod
    from host.contributions import Verdict as Verdict
    from host.contributions import Visit as Visit
    from host.data import ChangeFeed as ChangeFeed
    from host.data import Database as Database
    from host.data import UnitOfWork as UnitOfWork
    from host.data import UtcDateTime as UtcDateTime
    from host.data.analytics import Analytics as Analytics
    from host.data.analytics import AnalyticsError as AnalyticsError
    from host.data.audit import AUDITED as AUDITED
    from host.data.audit import Change as Change
    from host.data.audit import record as record
    from host.data.audit.reading import AuditRecord as AuditRecord
    from host.data.audit.trail import AuditTrail as AuditTrail
    from host.data.batches import BatchLoader as BatchLoader
    from host.data.batches import in_any as in_any
    from host.data.batches import streaming as streaming
    from host.data.database import DB as DB
    from host.data.migrate.mirror import drop_mirror as drop_mirror
    from host.data.migrate.mirror import mirror_column as mirror_column
    from host.data.protection import BlindIndex as BlindIndex
    from host.data.protection import Encrypted as Encrypted
    from host.data.protection import Revealer as Revealer
    from host.data.protection import masked as masked
    from host.data.repository import INCLUDE_DELETED as INCLUDE_DELETED
    from host.data.repository import Criterion as Criterion
    from host.data.repository import CursorError as CursorError
    from host.data.repository import FieldConflict as FieldConflict
    from host.data.repository import Filter as Filter
    from host.data.repository import NotFoundError as NotFoundError
    from host.data.repository import Repository as Repository
    from host.data.repository import RestoreConflictError as RestoreConflictError
    from host.data.repository import RowPage as RowPage
    from host.data.repository import SoftDelete as SoftDelete
    from host.data.repository import Sort as Sort
    from host.data.repository import StaleVersionError as StaleVersionError
    from host.data.repository import Upserted as Upserted
    from host.data.repository import Versioned as Versioned
    from host.data.repository import unique_while_live as unique_while_live
    from host.data.tasks import Step as Step
    from host.data.tasks import Task as Task
    from host.data.tasks import TaskRunner as TaskRunner
    from host.errors import CapabilityMissingError as CapabilityMissingError
    from host.errors import HostError as HostError
    from host.errors import NoContextError as NoContextError
    from host.errors import PermissionDeniedError as PermissionDeniedError
    from host.errors import PluginError as PluginError
    from host.errors import ValidationError as ValidationError
    from host.files import FileStore as FileStore
    from host.files import StoredFile as StoredFile
    from host.formulas import csv_safe as csv_safe
    from host.hookspecs import HOST_API as HOST_API
    from host.hookspecs import hookimpl as hookimpl
    from host.kernel.acting import as_oneself as as_oneself
    from host.kernel.context import RunContext as RunContext
    from host.kernel.context import authorize as authorize
    from host.kernel.context import current as current
    from host.kernel.context import permitted as permitted
    from host.kernel.data_access import get_conn as get_conn
    from host.kernel.data_access import run_tx as run_tx
    from host.kernel.events import EventBus as EventBus
    from host.kernel.exposure import Exposure as Exposure
    from host.kernel.flags.facade import flag as flag
    from host.kernel.flags.facade import flags as flags
    from host.kernel.flags.faults import UnknownFlagError as UnknownFlagError
    from host.kernel.flags.service import Flags as Flags
    from host.kernel.flags.view import FlagView as FlagView
    from host.kernel.preview import PlanDiff as PlanDiff
    from host.kernel.report import PluginStatus as PluginStatus
    from host.kernel.report import Report as Report
    from host.kernel.start_notices import StartNotice as StartNotice
    from host.kernel.start_notices import StartNotices as StartNotices
    from host.kernel.toggles import Toggles as Toggles
    from host.logs import bind_log_context as bind_log_context
    from host.logs import get_logger as get_logger
    from host.logs import report_error as report_error
    from host.resources import project_root as project_root
    from host.security.events import SecurityEvent as SecurityEvent
    from host.security.events import SecurityEvents as SecurityEvents
    from host.texts import Texts as Texts
    from host.texts import load_catalogues as load_catalogues
    from host.ui.action import action as action
    from host.ui.boundary import block as block
    from host.ui.edit_cells import EditColumn as EditColumn
    from host.ui.edits import Edits as Edits
    from host.ui.edits import EditsError as EditsError
    from host.ui.edits import checked_edits as checked_edits
    from host.ui.events import PageVisited as PageVisited
    from host.ui.file_link import file_link as file_link
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
        "ANONYMOUS",
        "SIGNED_IN",
        "SessionAuthenticator",
        "Authenticator",
        "Blob",
        "BlobStore",
        "CacheBackend",
        "Credentials",
        "Event",
        "JobQueue",
        "JobWaker",
        "LoginAuthenticator",
        "Principal",
        "SeedProgress",
        "SeedSize",
    ),
    "host.contributions": (
        "Flag",
        "FlagValue",
        "ResourceRule",
        "SignInMethod",
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
        "RetentionPolicy",
        "Route",
        "Seed",
        "Verdict",
        "Visit",
    ),
    "host.formulas": ("csv_safe",),
    "host.data": (
        "ChangeFeed",
        "Database",
        "UnitOfWork",
        "UtcDateTime",
    ),
    "host.data.batches": (
        "BatchLoader",
        "in_any",
        "streaming",
    ),
    "host.data.database": ("DB",),
    "host.data.repository": (
        "INCLUDE_DELETED",
        "Criterion",
        "CursorError",
        "FieldConflict",
        "Filter",
        "NotFoundError",
        "Repository",
        "RestoreConflictError",
        "RowPage",
        "SoftDelete",
        "Sort",
        "StaleVersionError",
        "Upserted",
        "Versioned",
        "unique_while_live",
    ),
    "host.data.migrate.mirror": (
        "drop_mirror",
        "mirror_column",
    ),
    "host.data.audit.reading": ("AuditRecord",),
    "host.data.audit.trail": ("AuditTrail",),
    "host.data.analytics": ("Analytics", "AnalyticsError"),
    "host.data.audit": (
        "AUDITED",
        "Change",
        "record",
    ),
    "host.data.protection": (
        "BlindIndex",
        "Encrypted",
        "Revealer",
        "masked",
    ),
    "host.data.tasks": (
        "Step",
        "Task",
        "TaskRunner",
    ),
    "host.errors": (
        "CapabilityMissingError",
        "HostError",
        "NoContextError",
        "PermissionDeniedError",
        "PluginError",
        "ValidationError",
    ),
    "host.files": (
        "FileStore",
        "StoredFile",
    ),
    "host.hookspecs": (
        "HOST_API",
        "hookimpl",
    ),
    "host.kernel.acting": ("as_oneself",),
    "host.kernel.context": (
        "RunContext",
        "authorize",
        "current",
        "permitted",
    ),
    "host.kernel.data_access": (
        "get_conn",
        "run_tx",
    ),
    "host.kernel.events": ("EventBus",),
    "host.kernel.exposure": ("Exposure",),
    "host.kernel.flags.facade": (
        "flag",
        "flags",
    ),
    "host.kernel.flags.faults": ("UnknownFlagError",),
    "host.kernel.flags.service": ("Flags",),
    "host.kernel.flags.view": ("FlagView",),
    "host.kernel.preview": ("PlanDiff",),
    "host.kernel.report": (
        "PluginStatus",
        "Report",
    ),
    "host.kernel.start_notices": ("StartNotice", "StartNotices"),
    "host.kernel.toggles": ("Toggles",),
    "host.logs": (
        "bind_log_context",
        "get_logger",
        "report_error",
    ),
    "host.resources": ("project_root",),
    "host.security.events": (
        "SecurityEvent",
        "SecurityEvents",
    ),
    "host.texts": (
        "Texts",
        "load_catalogues",
    ),
    "host.ui.action": ("action",),
    "host.ui.boundary": ("block",),
    "host.ui.edit_cells": ("EditColumn",),
    "host.ui.edits": (
        "Edits",
        "EditsError",
        "checked_edits",
    ),
    "host.ui.events": ("PageVisited",),
    "host.ui.file_link": ("file_link",),
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
