"""Chooses who fills each capability: the name under `[choose]`, or the only one there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from host.kernel.capabilities import CAPABILITIES, Capability
from host.kernel.choices import Choices
from host.kernel.discovery import Candidate


@dataclass(frozen=True)
class Providers:
    """The outcome.

    Args:
        chosen: capability → (plugin, provider name).
        unfilled: capability that somebody chose or offered, but nobody fills → why.
        notes: one line each about an unfilled choice.
    """

    chosen: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unfilled: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """One line for each capability that was wanted and isn't filled."""
        return tuple(f"{capability}: {why}" for capability, why in sorted(self.unfilled.items()))


def choose_providers(alive: Mapping[str, Candidate], choices: Choices) -> Providers:
    """Decide on every capability; two claims without a choice leave it unfilled."""
    chosen: dict[str, tuple[str, str]] = {}
    unfilled: dict[str, str] = {}
    for capability in CAPABILITIES.values():
        if capability.feature and not choices.pins.on(capability.feature):
            unfilled[capability.name] = f"switched off by FEATURE_{capability.feature.upper()}"
            continue
        outcome = _fill(capability, _offers(alive, capability.name), _wanted(alive, choices, capability.name))
        if isinstance(outcome, tuple):
            chosen[capability.name] = outcome
        elif outcome:
            unfilled[capability.name] = outcome
    return Providers(chosen, unfilled)


def _offers(alive: Mapping[str, Candidate], capability: str) -> list[tuple[str, str]]:
    return [
        (id_, name)
        for id_, candidate in sorted(alive.items())
        if candidate.manifest is not None
        for name in candidate.manifest.provides.get(capability, ())
    ]


def _wanted(alive: Mapping[str, Candidate], choices: Choices, capability: str) -> str | None:
    """Return the chosen name; ``jobs = "arq"`` is short for the waker of that name."""
    wanted = choices.file.choose
    short = wanted.get("jobs")
    is_waker = short is not None and short in {name for _, name in _offers(alive, "job_waker")}
    if capability == "job_waker" and "job_waker" not in wanted and is_waker:
        return short
    if capability == "jobs" and is_waker:
        return None
    return wanted.get(capability)


def _fill(capability: Capability, offers: list[tuple[str, str]], wanted: str | None) -> tuple[str, str] | str:
    """Return (plugin, name), or why nobody fills it; an empty reason where nobody asked."""
    matching = [offer for offer in offers if wanted is None or offer[1] == wanted]
    if len(matching) == 1:
        return matching[0]
    if matching:
        claims = ", ".join(f"{plugin} ({name})" for plugin, name in matching)
        return f'claimed by {claims}; choose one: [choose] {capability.name} = "…"'
    if wanted is not None:
        names = ", ".join(sorted({name for _, name in offers})) or "none"
        return f"no active plugin provides {wanted!r} (offered: {names})"
    return ""
