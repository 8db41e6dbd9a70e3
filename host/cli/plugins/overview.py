"""What is known of every plugin without running one: today's plan, and what the last web process reported."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from host.kernel.ground import Ground
from host.kernel.plan import Plan, Question, make_plan
from host.kernel.planned import planned_report
from host.kernel.report import PluginStatus
from host.kernel.report_file import ReportFile, StoredReport, as_json

_CHOSEN: Final = ("enabled", "origin", "exposure", "required_by")


@dataclass(frozen=True)
class Overview:
    """Plan and report, merged.

    Args:
        stored: the report that went into `rows`, if there is one.
        current: whether that report is of the same graph as today's plan.
    """

    question: Question
    plan: Plan
    rows: Mapping[str, PluginStatus]
    stored: StoredReport | None
    current: bool
    trial: bool = False

    @property
    def notes(self) -> list[str]:
        """Lines about the whole."""
        return [*self.plan.notes, *self._about_report()]

    @property
    def wanting(self) -> list[PluginStatus]:
        """Enabled plugins that don't run."""
        return [row for row in self.rows.values() if row.enabled and row.state in ("failed", "missing")]

    def _about_report(self) -> list[str]:
        if self.stored is None:
            return ["No web process has reported yet: import and start are untried. Try them with --fresh."]
        who = "the running web process" if self.stored.running else "the last web process"
        who = "a trial start" if self.trial else who
        lines = [f"Reported by {who} {age(self.stored.written)} ago."]
        if not self.current:
            lines = [f"The report of {who} ({age(self.stored.written)} ago) is of another plan and left out."]
        if self.stored.closed:
            lines.append(f"It serves a maintenance page only: {self.stored.closed}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        stored = self.stored
        told = stored and {"written": stored.written, "running": stored.running, "current": self.current}
        rows = [as_json(row) for row in self.rows.values()]
        return {"plan": self.plan.hash, "report": told, "notes": self.notes, "plugins": rows}


def overview(laid: Ground) -> Overview:
    """Merge today's plan with the last report."""
    question = laid.question()
    plan = make_plan(question)
    return merged(question, plan, ReportFile(laid.config.data_dir).read())


def merged(question: Question, plan: Plan, stored: StoredReport | None, *, trial: bool = False) -> Overview:
    """Return the overview: who is out by the plan stays out; a report of the same plan knows more of the others.

    Args:
        trial: whether `stored` comes from a start made for this command.
    """
    current = stored is not None and stored.plan_hash == plan.hash
    rows = {row.id: row for row in planned_report(plan, question).rows}
    if stored is not None and current:
        for id_, reported in stored.rows.items():
            if id_ in rows and rows[id_].state == "planned":
                chosen = {name: getattr(rows[id_], name) for name in _CHOSEN}
                rows[id_] = replace(reported, **chosen)
    return Overview(question, plan, rows, stored, current, trial)


def age(moment: datetime) -> str:
    """Return how long ago `moment` was, in the unit that fits."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
