"""Order from needs: hard edges must hold and must not form a cycle, soft ones hold where they can."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from host.kernel.discovery import Candidate
from host.kernel.providers import Providers


def hard_edges(candidate: Candidate, providers: Providers) -> set[str]:
    """Return the plugins that must start before `candidate`: what it requires and who fills what it needs."""
    manifest = candidate.manifest
    assert manifest is not None
    filled = {providers.chosen[need][0] for need in manifest.needs if need in providers.chosen}
    # Who fills what it needs may be the plugin itself; to require itself is a cycle.
    return {*manifest.requires} | (filled - {candidate.id})


def soft_edges(candidate: Candidate, providers: Providers) -> set[str]:
    """Return the plugins that should start before `candidate` where they are present."""
    manifest = candidate.manifest
    assert manifest is not None
    filled = {providers.chosen[use][0] for use in manifest.uses if use in providers.chosen}
    return ({*manifest.after} | filled) - {candidate.id}


def hard_cycles(alive: Mapping[str, Candidate], providers: Providers) -> dict[str, str]:
    """Return the members of one cycle with the reason, or nothing."""
    graph = {id_: hard_edges(each, providers) & alive.keys() for id_, each in alive.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        members = list(dict.fromkeys(reversed(error.args[1])))
        start = members.index(min(members))
        path = [*members[start:], *members[:start], members[start]]
        return {id_: f"cycle: {' → '.join(path)}" for id_ in members}
    return {}


def ordered(alive: Mapping[str, Candidate], providers: Providers) -> list[Candidate]:
    """Sort by hard edges, then by soft ones, then by id, so that the result never depends on list order."""
    hard = {id_: hard_edges(each, providers) & alive.keys() for id_, each in alive.items()}
    soft = {id_: soft_edges(each, providers) & alive.keys() for id_, each in alive.items()}
    placed: list[str] = []
    while len(placed) < len(alive):
        free = sorted(id_ for id_ in alive if id_ not in placed and hard[id_] <= set(placed))
        placed.append(next((id_ for id_ in free if soft[id_] <= set(placed)), free[0]))
    return [alive[id_] for id_ in placed]
