"""The plan: which plugins start in which order, and the reason for each that doesn't. Pure; imports no plugin."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from host.kernel.capabilities import CAPABILITIES
from host.kernel.choices import Choices
from host.kernel.discovery import Candidate
from host.kernel.order import hard_cycles, ordered
from host.kernel.providers import Providers, choose_providers
from host.kernel.report import State

OUT_STATES: Final = ("off", "failed", "missing")


@dataclass(frozen=True, slots=True)
class Out:
    """Why a plugin is not in the plan."""

    state: State
    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class Question:
    """Everything a plan depends on.

    Args:
        quarantined: plugin → why it is kept out since an earlier start.
        safe_mode: start essential plugins only.
    """

    candidates: Mapping[str, Sequence[Candidate]]
    choices: Choices
    host_api: str
    quarantined: Mapping[str, str] = field(default_factory=dict)
    safe_mode: bool = False

    def offering(self, capability: str) -> set[str]:
        """Return every installed plugin whose manifest offers `capability`, whatever becomes of it."""
        return {
            id_
            for id_, found in self.candidates.items()
            if any(each.manifest and capability in each.manifest.provides for each in found)
        }


@dataclass(frozen=True)
class Plan:
    """The answer.

    Args:
        order: plugins to start, each after what it needs.
        out: every other known plugin with its reason.
        providers: capability → who fills it.
        notes: choices that name nothing.
    """

    order: tuple[Candidate, ...]
    out: Mapping[str, Out]
    providers: Providers
    notes: tuple[str, ...]
    hash: str


def make_plan(question: Question) -> Plan:
    """Decide on every installed or listed plugin."""
    out: dict[str, Out] = {}
    alive: dict[str, Candidate] = {}
    for id_ in sorted({*question.candidates, *question.choices.file.plugins, *question.choices.toggles}):
        verdict = _gate(id_, question)
        if isinstance(verdict, Out):
            out[id_] = verdict
        else:
            alive[id_] = verdict
    providers = _settle(alive, out, question)
    order = ordered(alive, providers)
    notes = [*_unknown_pins(question), *providers.notes]
    return Plan(tuple(order), out, providers, tuple(notes), _hash(order, providers, question.choices))


def _gate(id_: str, question: Question) -> Candidate | Out:
    """Pass one plugin through installed → allowed → enabled, in the order that gives the most useful reason."""
    enabled, origin = question.choices.enabled(id_)
    candidates = question.candidates.get(id_, ())
    if not candidates:
        close = get_close_matches(id_, question.candidates, n=1)
        meant = f" Or is {close[0]} meant?" if close else ""
        return Out(
            "missing" if enabled else "off", "not installed", f"Install its distribution, or take it out.{meant}"
        )
    if not enabled:
        return _off(id_, origin)
    return _claimed(id_, candidates, question)


def _off(id_: str, origin: str) -> Out:
    if origin == "pinned":
        return Out("off", f"pinned off by FEATURE_{id_.upper()} in the environment")
    if origin == "default":
        return Out("off", "installed, not listed in plugins.toml", f"Enable it: app plugins enable {id_}")
    return Out("off", f"switched off ({origin})", f"Enable it: app plugins enable {id_}")


def _claimed(id_: str, candidates: Sequence[Candidate], question: Question) -> Candidate | Out:
    package = question.choices.table(id_).package
    rightful = [each for each in candidates if package is None or each.distribution == package.lower()]
    claims = ", ".join(f"{each.distribution} {each.version}" for each in candidates)
    if not rightful:
        return Out("failed", f"claimed by {claims}, but plugins.toml admits only package {package!r}")
    if len(rightful) > 1:
        remedy = f'Name the rightful one: [plugins.{id_}] package = "…"'
        return Out("failed", f"duplicate id: claimed by {claims}", remedy)
    return _fit(rightful[0], question)


def _fit(candidate: Candidate, question: Question) -> Candidate | Out:
    id_, choices = candidate.id, question.choices
    if not choices.trusts(candidate.distribution, candidate.version):
        what = f"{candidate.distribution} {candidate.version} is not on the list [trust] allow"
        return Out("failed", what, "Add it to [trust] allow in plugins.toml, or take the plugin out.")
    if candidate.manifest is None:
        return Out("failed", candidate.problem, candidate.remedy)
    if not candidate.manifest.fits(question.host_api):
        what = f"needs host API {candidate.manifest.host}, this host has {question.host_api}"
        return Out("failed", what, "Install a version of the plugin that fits.")
    if id_ in question.quarantined:
        return Out("failed", question.quarantined[id_], f"Try it again: app plugins enable {id_}")
    if question.safe_mode and not choices.table(id_).essential:
        return Out("off", "safe mode starts essential plugins only")
    return candidate


def _settle(alive: dict[str, Candidate], out: dict[str, Out], question: Question) -> Providers:
    """Take out what misses something until nothing does: each removal may leave another one in want."""
    while True:
        providers = choose_providers(alive, question.choices)
        wanting = _wanting(alive, out, providers) or hard_cycles(alive, providers)
        if not wanting:
            return providers
        for id_, reason in wanting.items():
            del alive[id_]
            out[id_] = Out("failed", reason)


def _wanting(alive: Mapping[str, Candidate], out: Mapping[str, Out], providers: Providers) -> dict[str, str]:
    found: dict[str, str] = {}
    for id_, candidate in alive.items():
        assert candidate.manifest is not None
        missing = [need for need in candidate.manifest.requires if need not in alive]
        unfilled = [need for need in candidate.manifest.needs if need not in providers.chosen]
        if missing:
            state = out[missing[0]].state if missing[0] in out else "not installed"
            found[id_] = f"requires {missing[0]} ({state})"
        elif unfilled:
            found[id_] = f"needs {unfilled[0]}: {_why_unfilled(unfilled[0], providers)}"
    return found


def _why_unfilled(capability: str, providers: Providers) -> str:
    if capability not in CAPABILITIES:
        return f"there is no such capability; known: {', '.join(CAPABILITIES)}"
    return providers.unfilled.get(capability, "no active plugin provides it")


def _unknown_pins(question: Question) -> list[str]:
    known = {**question.candidates, **question.choices.file.plugins}
    unknown = question.choices.pins.unknown(known)
    return [f"FEATURE_{name.upper()} names neither a plugin nor a kernel feature" for name in unknown]


def _hash(order: Sequence[Candidate], providers: Providers, choices: Choices) -> str:
    """Fingerprint the graph: two processes with the same hash run the same plugins with the same settings."""
    graph = {
        "plugins": [[each.id, each.distribution, each.version] for each in order],
        "providers": {capability: list(filled) for capability, filled in sorted(providers.chosen.items())},
        "settings": {each.id: choices.table(each.id).settings for each in order},
    }
    return hashlib.sha256(json.dumps(graph, sort_keys=True, default=str).encode()).hexdigest()[:16]
