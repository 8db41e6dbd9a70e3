"""The report as far as the plan alone can tell: before any plugin is imported, or without importing one at all."""

from host.kernel.plan import Plan, Question
from host.kernel.report import PluginStatus, Report


def planned_report(plan: Plan, question: Question) -> Report:
    """Return every known plugin's status: planned, or out with its reason."""
    planned = {candidate.id: candidate for candidate in plan.order}
    ids = sorted({*planned, *plan.out})
    rows = Report([_status(id_, plan, question) for id_ in ids], plan.notes)
    for id_, users in rows.required_by().items():
        if rows.row(id_) is not None:
            rows.update(id_, required_by=users)
    return rows


def _status(id_: str, plan: Plan, question: Question) -> PluginStatus:
    out = plan.out.get(id_)
    candidate = next(iter(question.candidates.get(id_, ())), None)
    manifest = candidate.manifest if candidate else None
    enabled, origin = question.choices.enabled(id_)
    filled = (f"{cap}={name}" for cap, (owner, name) in plan.providers.chosen.items() if owner == id_)
    return PluginStatus(
        id=id_,
        state=out.state if out else "planned",
        stage="plan" if out else "load",
        reason=out.reason if out else "",
        remedy=out.remedy if out else "",
        version=candidate.version if candidate else "",
        distribution=candidate.distribution if candidate else "",
        package=candidate.module.rpartition(".")[0] if candidate else "",
        requires=manifest.requires if manifest else (),
        provides=tuple(filled),
        origin=origin,
        enabled=enabled,
        exposure=question.choices.exposure(id_),
    )
