"""What happened to an account, as people read it."""

from collections.abc import Mapping
from typing import Any, Final

from host import text
from host.ui.design import Tone, badge, card, element, raw, show
from plugins.auth.pages.parts import hint, moment, role_title
from plugins.auth.services.desk import Desk
from plugins.auth.services.past import Past
from plugins.auth.values import UserInfo

PATH: Final = "auth/user"
_TONES: Final[dict[str, Tone]] = {"insert": "good", "update": "info", "delete": "bad"}
_SECRET: Final = frozenset({"password_hash", "totp_secret"})
"""Columns of which only that they changed is told."""


def history(desk: Desk, person: UserInfo) -> None:
    """Draw the newest changes."""
    with card(text("auth.page.user.view.history"), text("auth.page.history.text"), key=f"{PATH}/history"):
        rows = desk.past.of(person.id)
        titles = {info.name: info.title for info in desk.roles.list()}
        if not rows:
            hint(text("auth.page.history.none"))
            return
        show(raw("ol", "".join(_entry(row, titles) for row in rows), class_="host-lines"))


def _entry(row: Past, titles: Mapping[str, str]) -> str:
    sign = badge(_headline(row, titles), _TONES.get(row.action, "info"))
    who = element("span", f"{moment(row.at)} · {row.by}", class_="host-muted")
    changes = "".join(_change(name, *values, new=row.action != "update") for name, values in _told(row).items())
    listed = raw("dl", changes, class_="host-facts") if changes else ""
    return raw("li", raw("div", sign + who, class_="host-titled") + listed)


def _headline(row: Past, titles: Mapping[str, str]) -> str:
    subject = role_title(row.subject, titles) if row.what == "user_role" else row.subject
    return text(f"auth.page.history.{row.what}.{row.action}", subject=subject)


def _told(row: Past) -> dict[str, tuple[Any, Any]]:
    if row.action == "delete" or (row.what == "user" and row.action == "insert"):
        return {}
    return {name: values for name, values in row.columns.items() if name not in ("role", "permission")}


def _change(name: str, before: Any, after: Any, *, new: bool) -> str:
    if new and after in (None, ""):
        return ""
    key = f"auth.page.history.column.{name}"
    label = text(key)
    if name in _SECRET:
        words = text("auth.page.history.changed" if after else "auth.page.history.removed")
    elif new:
        words = _value(after)
    else:
        words = f"{_value(before)} → {_value(after)}"
    return element("dt", name if label == key else label) + element("dd", words)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return text("auth.page.yes" if value else "auth.page.no")
    if hasattr(value, "astimezone"):
        return moment(value)
    return "–" if value in (None, "") else str(value)
