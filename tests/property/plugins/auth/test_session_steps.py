"""No order of steps leads to an open session without a right password, the code and the new password where due."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host import Database
from host.config import DatabaseConfig
from plugins.auth.services.memory import Memory
from plugins.auth.values import Done, NeedsCode, NeedsNewPassword, SignInAnswer
from tests.attacks import attack
from tests.effort import effort
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, by
from tests.integration.plugins.auth.office import BOSS

LOGINS = ("plain", "coded", "due", "both")
Kind = Literal["password", "code", "new password", "leave", "switch", "wait"]
KINDS: tuple[Kind, ...] = ("password", "code", "code", "new password", "new password", "leave", "switch", "wait")
_EXPECTED = {NeedsCode: "code", NeedsNewPassword: "renew"}


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries.

    Args:
        right: whether what is typed is right.
        back: which token is used: 0 the newest, 1 the one before.
        carried: whether a sign-in brings that token along.
    """

    kind: Kind
    who: str
    right: bool
    back: int
    carried: bool


STEPS = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(KINDS),
        who=st.sampled_from(LOGINS),
        right=st.sampled_from([True, True, True, False]),
        back=st.sampled_from([0, 0, 0, 0, 1, 2, 4]),
        carried=st.booleans(),
    ),
    min_size=25,
    max_size=40,
)


@dataclass
class Opened:
    """A session as it ought to be."""

    login: str
    token: str
    proved: set[str] = field(default_factory=set)
    ended: bool = False


@cache
def _migrated() -> "tempfile.TemporaryDirectory[str]":
    """Make the tables once for all examples."""
    made = tempfile.TemporaryDirectory()
    database = Database(DatabaseConfig(url="sqlite:///gate.db"), Path(made.name))
    Gatehouse(database, Path(made.name))
    database.dispose()
    return made


class Walk:
    """Takes steps, also those that no page offers, with any token that there ever was."""

    def __init__(self, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(_migrated().name, folder, dirs_exist_ok=True)
        database = Database(DatabaseConfig(url="sqlite:///gate.db"), folder)
        stack.callback(database.dispose)
        self.gate = gate = Gatehouse(database, folder)
        stack.callback(gate.directory.follow())
        self.other = gate.another_process(Memory())
        stack.callback(self.other.follow())
        gate.human("boss", "admin")
        self.ids = {"plain": gate.human("plain"), "due": gate.human("due", must_change=True)}
        self.apps = {}
        self.ids["coded"], self.apps["coded"] = gate.enrolled("coded")
        self.ids["both"], self.apps["both"] = gate.enrolled("both", must_change=True)
        self.passwords = dict.fromkeys(LOGINS, PASSWORD)
        self.due = {"due", "both"}
        self.off: set[str] = set()
        self.sessions: dict[str, Opened] = {}
        self.issued: dict[str, str] = {}
        self.gate.changes._last = 0

    def take(self, step: Step) -> None:
        """Try one step and compare what came of it with what may come of it."""
        tokens = list(self.issued)
        token = tokens[-1 - step.back % len(tokens)] if tokens else ""
        if step.kind == "password":
            self.give_password(step, token if step.carried else "")
        elif step.kind == "wait":
            self.gate.clock.forward(minutes=20 if step.back == 4 else 1)
        elif step.kind == "switch":
            self.switch(step)
        elif token:
            {"code": self.give_code, "new password": self.give_new_password, "leave": self.leave}[step.kind](
                step, token
            )
        self.settle()
        self.check()

    def give_password(self, step: Step, carried: str) -> None:
        answer = self.gate.sign_in.password(step.who, self.passwords[step.who] if step.right else "wrong", by(carried))
        if isinstance(answer, Done | NeedsCode | NeedsNewPassword):
            assert step.right
            assert step.who not in self.off
            replaced = self.sessions.get(self.issued.get(carried, ""))
            if replaced is not None and replaced.token == carried:
                replaced.ended = True
        self.took(answer, step.who, "password")

    def give_code(self, step: Step, token: str) -> None:
        session_id = self.issued[token]
        login = self.sessions[session_id].login
        self.gate.clock.forward(seconds=61)
        code = self.apps[login].at(self.gate.clock()) if step.right and login in self.apps else "000000"
        answer = self.gate.sign_in.code(session_id, code, by(token))
        if isinstance(answer, Done | NeedsNewPassword):
            assert step.right
        self.took(answer, login, "code", session_id)

    def give_new_password(self, step: Step, token: str) -> None:
        session_id = self.issued[token]
        opened = self.sessions[session_id]
        new = f"seven purple lamps {len(self.issued)}" if step.right else "short"
        answer = self.gate.sign_in.new_password(session_id, new)
        self.took(answer, opened.login, "renewed", session_id)
        if isinstance(answer, Done):
            assert step.right
            assert opened.login in self.due
            self.passwords[opened.login] = new
            self.due.discard(opened.login)
            self.end_others(opened.login, session_id)

    def leave(self, step: Step, token: str) -> None:
        if step.back > 1:
            self.gate.sign_in.out(self.issued[token])
            self.sessions[self.issued[token]].ended = True

    def switch(self, step: Step) -> None:
        with self.gate.acting(BOSS):
            if step.who in self.off:
                self.gate.users.enable(self.ids[step.who])
                self.off.discard(step.who)
            elif step.back > 1:
                self.gate.users.disable(self.ids[step.who], "test")
                self.off.add(step.who)
                self.end_others(step.who, "")

    def took(self, answer: SignInAnswer, login: str, proof: str, session_id: str = "") -> None:
        """Write down what an answer means, and check that it means no more than was proved."""
        self.settle()
        if not isinstance(answer, Done | NeedsCode | NeedsNewPassword):
            return
        begun = answer.begun
        assert session_id in ("", begun.id)
        assert begun.token not in self.issued, "a token came twice"
        opened = self.sessions.setdefault(begun.id, Opened(login, begun.token))
        assert not opened.ended
        opened.token = begun.token
        opened.proved.add(proof)
        self.issued[begun.token] = begun.id
        if isinstance(answer, Done):
            assert opened.proved >= self.asked_of(login)
            assert login not in self.due or "renewed" in opened.proved
            assert self.gate.who(begun.token) is not None
        else:
            waiting = self.gate.sessions.half_way(by(begun.token))
            assert waiting is not None
            assert waiting.state == _EXPECTED[type(answer)]
            assert self.gate.who(begun.token) is None

    def check(self) -> None:
        """No token comes in but the newest of a session in which everything was proved."""
        for token, session_id in self.issued.items():
            opened = self.sessions[session_id]
            for directory in (self.gate.directory, self.other):
                principal = directory.resolve(by(token))
                if principal is None:
                    continue
                assert (principal.user_id, principal.session) == (self.ids[opened.login], session_id)
                assert token == opened.token, "an old token came in"
                assert not opened.ended
                assert opened.login not in self.off
                assert opened.proved >= self.asked_of(opened.login)
            waiting = self.gate.sessions.half_way(by(token))
            assert waiting is None or (token == opened.token and not opened.ended)

    def asked_of(self, login: str) -> set[str]:
        return {"password", *(["code"] if login in self.apps else [])}

    def end_others(self, login: str, keep: str) -> None:
        for session_id, opened in self.sessions.items():
            if opened.login == login and session_id != keep:
                opened.ended = True

    def settle(self) -> None:
        """Let both processes hear what has changed, as the feed does within a moment."""
        self.gate.changes.catch_up()
        self.gate.directory.beat()
        self.other.beat()


@attack(
    "any order of signing in, codes, new passwords, sign-outs, waiting and old cookies",
    "no path leads to an open session without every step",
)
@pytest.mark.timeout(900)
@settings(max_examples=effort(short=8, long=500), deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_way_around_a_step(steps: list[Step]) -> None:
    with ExitStack() as stack:
        walk = Walk(stack)
        for step in steps:
            walk.take(step)
