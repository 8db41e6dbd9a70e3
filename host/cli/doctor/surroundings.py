"""Checks of what is around the app: its data folder, database, port, and the switches in the environment."""

import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

from host.cli.doctor.patient import Patient
from host.cli.server import ask_server, is_app
from host.contributions import Finding
from host.errors import HostError
from host.kernel.features import FEATURES

if TYPE_CHECKING:
    from host.data import Database


def settings(patient: Patient) -> Iterator[Finding]:
    """Settings and `plugins.toml` can be read."""
    yield from patient.faults


def data_folder(patient: Patient) -> Iterator[Finding]:
    """The data folder, or where it will be made, can be written to."""
    if patient.config is None:
        return
    folder = patient.config.data_dir
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        message = f"the data folder {folder} can't be written to"
        remedy = f"Give this user the right to write to {nearest}, or set APP_DATA_DIR."
        yield Finding(code="doctor.data-dir", severity="error", message=message, remedy=remedy)


def sqlite_library(patient: Patient) -> Iterator[Finding]:
    """The SQLite library in use has no known fault that damages files."""
    from host.data.engines.sqlite_driver import INSTALL, sqlite_driver

    if patient.config is None or not patient.config.database.url.startswith("sqlite"):
        return
    fault = sqlite_driver().fault
    if fault:
        yield Finding(code="doctor.sqlite", severity="warning", message=fault, remedy=INSTALL)


def database(patient: Patient) -> Iterator[Finding]:
    """The database answers and its tables are as this version needs them."""
    from host.data import Database, Migrator, host_target

    if patient.config is None:
        return
    try:
        found = Database(patient.config.database, patient.config.data_dir)
        try:
            found.check()
            [tables] = Migrator(found, [host_target()]).status()
            differing = _drift(found) if tables.at_head else []
        finally:
            found.dispose()
    except HostError as error:
        yield Finding(code="doctor.database", severity="error", message=error.message, remedy=error.remedy)
        return
    for line in differing:
        message = f"the host's models and tables differ: {line}"
        remedy = "Somebody changed them by hand: put them back, or restore a copy."
        yield Finding(code="doctor.drift", severity="warning", message=message, remedy=remedy)
    if tables.fault:
        fault = tables.fault
        yield Finding(code="doctor.schema", severity="error", message=fault.message, remedy=fault.remedy)
    elif tables.required and patient.config.database.migrate == "check":
        message = f"{len(tables.required)} revision(s) of the host's tables are still to run"
        yield Finding(code="doctor.schema", severity="error", message=message, remedy="Run: app db migrate")


def _drift(database: "Database") -> list[str]:
    from host.data import host_target
    from host.data.migrate.drift import drift

    with database.single.connect() as connection:
        return drift(connection, host_target())


def port(patient: Patient) -> Iterator[Finding]:
    """The port is free, or it is the app itself that holds it."""
    if patient.config is None or patient.config.server.port == 0:
        return
    server = patient.config.server
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError as error:
            if not is_app(ask_server(patient.config, "/livez")):
                message = f"{server.host}:{server.port} can't be listened on: {error.strerror}"
                remedy = "Stop what holds it, or choose another: app run --port N"
                yield Finding(code="doctor.port", severity="error", message=message, remedy=remedy)


def features(patient: Patient) -> Iterator[Finding]:
    """Kernel features that are switched off, with what that means."""
    if patient.question is None:
        return
    for feature in FEATURES:
        if not patient.question.choices.pins.on(feature.name):
            variable = f"FEATURE_{feature.name.upper()}"
            message = f"{feature.name} is switched off by {variable}: {feature.absence}"
            yield Finding(code="doctor.feature", severity="info", message=message, remedy=f"Unset {variable}.")
