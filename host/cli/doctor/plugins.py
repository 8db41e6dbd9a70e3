"""Checks of plugins by manifest, plan and last report: who is out and why, and names that two of them claim."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from host.cli.catalogue import ENTRIES
from host.cli.doctor.patient import Patient
from host.contributions import Finding
from host.kernel.report_file import ReportFile


def out(patient: Patient) -> Iterator[Finding]:
    """Every plugin that is switched on is in the plan, and ran when the app was last started with this plan."""
    if patient.plan is None or patient.config is None:
        return
    for id_, each in patient.plan.out.items():
        if each.state in ("failed", "missing"):
            message = f"{id_}: {each.reason}"
            yield Finding(code="doctor.plugin-out", severity="error", message=message, remedy=each.remedy)
    stored = ReportFile(patient.config.data_dir).read()
    if stored is not None and stored.plan_hash == patient.plan.hash:
        planned = {each.id for each in patient.plan.order}
        for row in stored.rows.values():
            if row.id in planned and row.state in ("failed", "missing"):
                message = f"{row.id}: failed at the stage {row.stage} when the app was last started: {row.reason}"
                remedy = row.remedy or f"Look into it: app plugins vet {row.id}"
                yield Finding(code="doctor.plugin-failed", severity="error", message=message, remedy=remedy)


def notes(patient: Patient) -> Iterator[Finding]:
    """Pins and choices name something that exists."""
    for note in patient.plan.notes if patient.plan else ():
        remedy = "Correct the name, or take it out."
        yield Finding(code="doctor.note", severity="warning", message=note, remedy=remedy)


def command_groups(patient: Patient) -> Iterator[Finding]:
    """Each command group belongs to one plugin and hides none of the host's commands."""
    owners: dict[str, list[str]] = defaultdict(list)
    for each in patient.enabled:
        for name in each.manifest.commands if each.manifest else ():
            owners[name].append(each.id)
    own = {entry.name for entry in ENTRIES}
    for name, ids in sorted(owners.items()):
        if name in own or len(ids) > 1:
            claims = " and ".join([*ids, *(["the host"] if name in own else [])])
            message = f"`app {name}` is claimed by {claims}; only one of them can be reached"
            remedy = "Switch one off, or ask its author for another name."
            yield Finding(code="doctor.command", severity="warning", message=message, remedy=remedy)


def table_prefixes(patient: Patient) -> Iterator[Finding]:
    """No plugin's table prefix is the beginning of another's: purging one would reach the other's tables."""
    claims = [(each.id, each.manifest.tables) for each in patient.installed if each.manifest and each.manifest.tables]
    for (first, one), (second, other) in combinations(sorted(set(claims)), 2):
        if first != second and (one.startswith(other) or other.startswith(one)):
            message = f"table prefixes {one} of {first} and {other} of {second} overlap"
            remedy = "One of them needs another prefix, in its manifest and in a revision."
            yield Finding(code="doctor.prefix", severity="error", message=message, remedy=remedy)
