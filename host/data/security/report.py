"""The compliance report: what happened around access between two moments, counted and listed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from sqlalchemy import func, or_, select

from host.data.access_tables import SecurityEventRow
from host.data.database import Database
from host.data.protection.tables import RevealRow
from host.one_line import one_line

MOST: Final = 10_000
"""Entries listed a section; what is beyond is counted all the same."""
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "sign_ins": ("sign_in.ok",),
    "failures": ("sign_in.failed", "sign_in.code_failed"),
    "lockouts": ("sign_in.locked",),
    "access_changes": ("role.changed", "user.changed", "token.created", "token.revoked", "mfa.on", "mfa.off"),
    "view_as": ("view_as.began", "view_as.ended"),
    "break_glass": ("break_glass.used",),
    "refusals": ("authz.denied", "files.denied"),
    "exports": ("export.made", "files.fetched"),
    "alerts": ("detection.",),
}
"""Section → kinds; one that ends with a dot is a whole area. Reveals come from the log of reveals."""


@final
@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Args:
        count: everything, also what isn't listed.
        entries: oldest first, at most `MOST`.
    """

    name: str
    count: int
    entries: tuple[dict[str, Any], ...]


def sections(database: Database, since: datetime, until: datetime) -> Iterator[Section]:
    """Yield every section for the moments from `since` on and before `until`, as of one snapshot each."""
    for name, kinds in SECTIONS.items():
        yield _events(database, name, kinds, since, until)
    yield _reveals(database, since, until)


def readable(found: Iterable[Section], since: datetime, until: datetime) -> str:
    """Return the report as text for people: the counts first, then what each of them consists of."""
    parts = list(found)
    widest = max(len(each.name) for each in parts)
    lines = [f"Security report from {since:%Y-%m-%d %H:%M %Z} to {until:%Y-%m-%d %H:%M %Z}", ""]
    lines += [f"{_words(each.name).ljust(widest)}  {each.count:>8}" for each in parts]
    for each in (part for part in parts if part.entries):
        lines += ["", f"{_words(each.name)} ({each.count})"]
        lines += [f"  {_line(entry)}" for entry in each.entries]
        if len(each.entries) == MOST:
            lines.append("  … more are counted than listed; take a shorter time for the rest")
    return "\n".join(lines)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _line(entry: Mapping[str, Any]) -> str:
    values = dict(entry)
    detail = values.pop("detail", {})
    values = {name: value for name, value in values.items() if value not in ("", 1)} | detail
    return one_line("  ".join(f"{value}" if name == "at" else f"{name}={value}" for name, value in values.items()))


def _events(database: Database, name: str, kinds: tuple[str, ...], since: datetime, until: datetime) -> Section:
    row = SecurityEventRow
    areas = [row.kind.startswith(each, autoescape=True) for each in kinds if each.endswith(".")]
    wanted = (or_(row.kind.in_(kinds), *areas), row.at >= since, row.at < until)
    with database.begin(readonly=True, may_lag=True) as unit:
        count = unit.session.scalar(select(func.coalesce(func.sum(row.times), 0)).where(*wanted)) or 0
        found = unit.session.scalars(select(row).where(*wanted).order_by(row.at, row.id).limit(MOST))
        entries = tuple(
            {
                "at": each.at.isoformat(timespec="seconds"),
                "kind": each.kind,
                "user": each.user_id,
                "client": each.client,
                "times": each.times,
                "detail": each.detail,
            }
            for each in found
        )
    return Section(name, int(count), entries)


def _reveals(database: Database, since: datetime, until: datetime) -> Section:
    row = RevealRow
    wanted = (row.at >= since, row.at < until)
    with database.begin(readonly=True, may_lag=True) as unit:
        count = unit.session.scalar(select(func.count()).select_from(row).where(*wanted)) or 0
        found = unit.session.scalars(select(row).where(*wanted).order_by(row.at, row.id).limit(MOST))
        entries = tuple(
            {
                "at": each.at.isoformat(timespec="seconds"),
                "user": each.user_id,
                "record": f"{each.table_name} {each.row_key}",
                "field": each.field,
                "reason": each.reason,
            }
            for each in found
        )
    return Section("reveals", count, entries)
