"""The rules, one function each: a window in, alerts out."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from host.security.detection.facts import Alert, Reads, Seen, Window, is_of

Rule = Callable[[Window], Iterator[Alert]]
FAILED: Final = ("sign_in.failed", "sign_in.locked", "sign_in.code_failed")
SENSITIVE: Final = (
    "password.changed", "mfa.off", "recovery.used", "token.created", "role.changed", "user.changed", "view_as.began",
    "export.made",
)  # fmt: skip
DENIED: Final = ("authz.denied", "files.denied")
READ: Final = ("export.made", "files.fetched", "files.mass_read", "reveal.mass")
FORGED: Final = (
    "gate.forged_header", "gate.bad_frame", "gate.foreign_origin", "gate.foreign_session", "token.misused",
    "forms.forged",
)  # fmt: skip
WATCHED: Final = (
    *FAILED, "sign_in.ok", "sign_in.new_device", *SENSITIVE, *DENIED, *READ, *FORGED, "session.replayed",
    "break_glass.used",
)  # fmt: skip
"""Every kind that a rule looks at; nothing else has to be read."""
EVERYBODY: Final = "everybody"


def guessing(window: Window) -> Iterator[Alert]:
    """Many failures at one account, from wherever: somebody guesses its password."""
    for account, events in _by(window.recent(*FAILED), lambda each: each.account).items():
        failures = _times(events)
        if failures >= window.limits.guessing_failures:
            networks = len({each.network for each in events})
            yield Alert("guessing", account, {"failures": failures, "networks": networks}, events[-1].user_id)


def spraying(window: Window) -> Iterator[Alert]:
    """Failures at many accounts from one network: a few passwords are tried on everybody.

    Accounts that come in from there in the end don't count: an office behind one address mistypes every morning.
    """
    came_in = {(each.network, each.account) for each in window.recent("sign_in.ok")}
    for network, events in _by(window.recent(*FAILED), lambda each: each.network).items():
        accounts = len({each.account for each in events if (network, each.account) not in came_in})
        if accounts >= window.limits.spraying_accounts:
            evidence = {"accounts": accounts, "failures": _times(events)}
            yield Alert("spraying", network, evidence, client=network)


def stuffing(window: Window) -> Iterator[Alert]:
    """Failures at many accounts from anywhere, and hardly a success: a stolen list of passwords is tried."""
    events = list(window.recent(*FAILED))
    accounts, failures = len({each.account for each in events}), _times(events)
    tries = failures + sum(each.times for each in window.recent("sign_in.ok"))
    if accounts >= window.limits.stuffing_accounts and failures >= window.limits.stuffing_share * tries:
        networks = len({each.network for each in events})
        share = round(failures / tries, 2)
        evidence = {"accounts": accounts, "failures": failures, "share": share, "networks": networks}
        yield Alert("stuffing", EVERYBODY, evidence)


def new_device(window: Window) -> Iterator[Alert]:
    """A sign-in from a device that the account has never seen, and soon after something that a thief would do."""
    longest = timedelta(minutes=window.limits.new_device_minutes)
    for arrival in (each for each in window.seen if each.kind == "sign_in.new_device"):
        after = [each for each in window.seen if _follows(arrival, each, longest)]
        shown = [each for each in window.reveals if _shown_after(arrival, each, longest)]
        if after or shown:
            did = sorted({each.kind for each in after} | ({"reveal"} if shown else set()))
            evidence = {"did": did, "network": arrival.network}
            user_id = arrival.user_id
            yield Alert("new_device", user_id, evidence, user_id, arrival.client, session=arrival.session)


def mass_read(window: Window) -> Iterator[Alert]:
    """One person has unusually much shown, exported or handed out."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in window.recent(*READ):
        counts[each.actor][each.kind] += each.times
    for shown in window.reveals:
        counts[shown.user_id]["reveal"] += shown.count
    for user_id, read in counts.items():
        if user_id and sum(read.values()) >= window.limits.mass_reads:
            yield Alert("mass_read", user_id, dict(sorted(read.items())), user_id)


def scanning(window: Window) -> Iterator[Alert]:
    """One person is refused again and again: permissions, or ids that belong to others."""
    for user_id, events in _by(window.recent(*DENIED), lambda each: each.user_id).items():
        denied = _times(events)
        if denied >= window.limits.denied_requests:
            kinds = sorted({each.kind for each in events})
            yield Alert("scanning", user_id, {"denied": denied, "kinds": kinds}, user_id, events[-1].client)


def forging(window: Window) -> Iterator[Alert]:
    """Headers, frames, origins or tokens that no browser or program of ours sends, from one network."""
    for network, events in _by(window.recent(*FORGED), lambda each: each.network).items():
        forged = _times(events)
        if forged >= window.limits.forged_requests:
            kinds = sorted({each.kind for each in events})
            yield Alert("forging", network, {"forged": forged, "kinds": kinds}, client=network)


def replaying(window: Window) -> Iterator[Alert]:
    """A session was used that had ended or is somebody else's: somebody has a copy of what opens it."""
    for subject, events in _by(window.recent("session.replayed", "gate.foreign_session"), _person_or_network).items():
        last, kinds = events[-1], sorted({each.kind for each in events})
        evidence = {"replayed": _times(events), "kinds": kinds}
        yield Alert("replaying", subject, evidence, last.user_id, last.client, last.session)


def break_glass(window: Window) -> Iterator[Alert]:
    """The emergency access was used; always to be looked at by a second person."""
    for user_id, events in _by(window.recent("break_glass.used"), lambda each: each.user_id or EVERYBODY).items():
        reason = str(events[-1].detail.get("reason", ""))
        yield Alert("break_glass", user_id, {"used": _times(events), "reason": reason}, events[-1].user_id)


RULES: Final[tuple[Rule, ...]] = (
    guessing, spraying, stuffing, new_device, mass_read, scanning, forging, replaying, break_glass,
)  # fmt: skip


def detect(window: Window) -> list[Alert]:
    """Return what every rule finds."""
    return [alert for rule in RULES for alert in rule(window)]


def _by(events: Iterator[Seen], name: Callable[[Seen], str]) -> Mapping[str, list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for each in events:
        found[name(each)].append(each)
    found.pop("", None)
    return found


def _times(events: list[Seen]) -> int:
    return sum(each.times for each in events)


def _person_or_network(event: Seen) -> str:
    return event.user_id or event.network or EVERYBODY


def _follows(arrival: Seen, event: Seen, longest: timedelta) -> bool:
    if not is_of(event.kind, SENSITIVE) or (event.kind == "user.changed" and event.actor == event.user_id):
        return False  # people may change their own names
    same = event.session == arrival.session if event.session and arrival.session else event.actor == arrival.user_id
    return same and timedelta(0) <= event.at - arrival.at <= longest


def _shown_after(arrival: Seen, reads: Reads, longest: timedelta) -> bool:
    return reads.user_id == arrival.user_id and timedelta(0) <= reads.newest - arrival.at <= longest
