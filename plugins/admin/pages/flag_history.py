"""Who changed a flag, and what: the audit's records in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from host import text
from host.data.audit.reading import AuditRecord
from host.kernel.flags.definition import Definition
from host.kernel.flags.rules import Rule
from host.ui.design import card, element, raw, show
from plugins.admin.flagging import Flagging
from plugins.admin.pages import flag_words as words
from plugins.admin.pages.flag_words import PATH


def flag_history(flagging: Flagging, definition: Definition) -> None:
    """Draw the last changes, newest first."""
    records = flagging.history(definition.name)
    with card(text("admin.flags.history"), key=f"{PATH}/history"):
        if not records:
            show(element("p", text("admin.flags.history.none"), class_="host-muted"))
        for record in records:
            head = element("h3", record.user_name, class_="host-card-title")
            when = element("p", words.reader().moment(record.at), class_="host-muted")
            show(head + when + raw("ul", "".join(_lines(record)), class_="host-diff"))


def _lines(record: AuditRecord) -> Iterator[str]:
    before, after = record.before or {}, record.after or {}
    old, new = _value(before), _value(after)
    if old != new:
        yield raw("li", element("span", f"{text('admin.flags.value')}: ") + _gone(old) + " → " + _new(new))
    old_rules, new_rules = ([_rule(each) for each in side.get("rules") or ()] for side in (before, after))
    yield from _rules(old_rules, new_rules)


def _rules(old: list[str], new: list[str]) -> Iterator[str]:
    yield from (raw("li", _gone(rule)) for rule in old if rule not in new)
    yield from (raw("li", _new(rule)) for rule in new if rule not in old)
    if old != new and sorted(old) == sorted(new):
        yield element("li", text("admin.flags.history.order"))


def _value(side: Mapping[str, Any]) -> str:
    """Return the value on one side; a change that left it alone has it on neither."""
    found = side.get("value")
    return text("admin.flags.not_set") if found is None else words.value(found)


def _rule(stored: Mapping[str, Any]) -> str:
    rule = Rule.from_json(stored)
    return f"{words.conditions(rule)} → {words.value(rule.value)}"


def _gone(told: str) -> str:
    return element("del", told)


def _new(told: str) -> str:
    return element("ins", told)
