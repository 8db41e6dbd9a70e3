"""Flags, their values and rules in the reader's words."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from host import Flag, FlagValue, current, text
from host.kernel.flags.definition import Decision, Definition
from host.kernel.flags.rules import Rule
from host.kernel.flags.values import variable_of
from host.ui.design import Tone, badge
from plugins.admin.audit_diff import Reader
from plugins.admin.pages.parts import decimal

PATH: Final = "admin/flags"


def title(flag: Flag) -> str:
    """Return what is different where the flag is on."""
    return text(flag.title)


def value(found: FlagValue) -> str:
    """Return a value as the reader's language writes it."""
    if isinstance(found, bool):
        return text("admin.flags.on" if found else "admin.flags.off")
    if isinstance(found, str):
        return found or text("admin.flags.empty")
    return decimal(found, 0) if isinstance(found, int) else f"{found:g}"


def value_badge(found: FlagValue) -> str:
    """Return a value as a badge in markup; what is on stands out."""
    tone: Tone = "good" if found is True else "neutral" if found is False else "info"
    return badge(value(found), tone)


def source(definition: Definition, decision: Decision) -> str:
    """Return what says so."""
    return text(f"admin.flags.source.{decision.source}", variable=variable_of(definition.name), rule=decision.rule)


def expiry(definition: Definition) -> str:
    """Return until when the flag should be gone, empty for one that stays."""
    day = definition.flag.expires
    if day is None:
        return ""
    key = "admin.flags.expired" if definition.expired(today()) else "admin.flags.expires"
    return text(key, day=reader().value(day))


def today() -> date:
    """Return the reader's day."""
    return datetime.now(zone()).date()


def zone() -> ZoneInfo | None:
    """Return the reader's time zone, as the browser tells it."""
    return ZoneInfo(st.context.timezone) if st.context.timezone else None


def reader() -> Reader:
    """Return how the reader reads values."""
    return Reader(current().language, zone(), text("admin.audit.yes"), text("admin.audit.no"))


def person(user_id: str) -> str:
    """Return a user's name, or the id where nobody goes by it any more."""
    principal = current().application.principal(user_id)
    return principal.name if principal is not None else user_id


def conditions(rule: Rule) -> str:
    """Return for whom and when a rule holds."""
    moments = [(key, at) for key, at in (("from", rule.since), ("until", rule.until)) if at is not None]
    parts = [
        text("admin.flags.rule.users", names=", ".join(map(person, sorted(rule.users)))) if rule.users else "",
        text("admin.flags.rule.roles", names=", ".join(sorted(rule.roles))) if rule.roles else "",
        text("admin.flags.rule.percent", percent=decimal(rule.percent, 1 if rule.percent % 1 else 0))
        if rule.percent < 100
        else "",
        *(text(f"admin.flags.rule.{key}", at=moment(at)) for key, at in moments),
    ]
    return " · ".join(filter(None, parts))


def moment(at: datetime) -> str:
    """Return a moment to the minute in the reader's time zone."""
    return reader().moment(at.astimezone(zone() or UTC)).removesuffix(":00")


def timing(rule: Rule) -> str:
    """Return whether a rule's time is past or still to come, empty while it runs."""
    now = datetime.now(UTC)
    if rule.until is not None and now >= rule.until:
        return text("admin.flags.rule.over")
    return text("admin.flags.rule.ahead") if rule.since is not None and now < rule.since else ""
