"""No order of steps leads to an open session without a right password, the code and the new password where due."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from host import Database
from host.config import DatabaseConfig
from plugins.auth.services.memory import Memory
from plugins.auth.values import Done, NeedsCode, NeedsNewPassword, SignInAnswer
from tests.effort import effort
from tests.integration.plugins.auth.gatehouse import PASSWORD, Gatehouse, by
from tests.integration.plugins.auth.office import BOSS

LOGINS = ("plain", "coded", "due", "both")
WHO = st.sampled_from(LOGINS)
_EXPECTED = {Done: "open", NeedsCode: "code", NeedsNewPassword: "renew"}


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


class SignInMachine(RuleBasedStateMachine):
    """Takes steps at random, also those that no page offers, with any token that there ever was."""

    tokens: Bundle[str] = Bundle("tokens")

    @initialize()
    def open(self) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copytree(_migrated().name, folder, dirs_exist_ok=True)
        database = Database(DatabaseConfig(url="sqlite:///gate.db"), folder)
        self._stack.callback(database.dispose)
        self.gate = gate = Gatehouse(database, folder)
        self._stack.callback(gate.directory.follow())
        self.other = gate.another_process(Memory())
        self._stack.callback(self.other.follow())
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
        self.settle()

    def teardown(self) -> None:
        if hasattr(self, "_stack"):
            self._stack.close()

    @rule(target=tokens, who=WHO, right=st.booleans(), carried=tokens | st.just(""))
    def give_password(self, who: str, right: bool, carried: str) -> object:
        answer = self.gate.sign_in.password(who, self.passwords[who] if right else "wrong", by(carried))
        if isinstance(answer, Done | NeedsCode | NeedsNewPassword):
            assert right
            assert who not in self.off
            replaced = self.current(carried)
            if replaced is not None:
                replaced.ended = True
        return self.took(answer, who, "password")

    @rule(target=tokens, token=tokens, right=st.booleans(), asked=st.booleans())
    def give_code(self, token: str, right: bool, asked: bool) -> object:
        session_id = self.issued[token]
        login = self.sessions[session_id].login
        if asked and self.gate.sessions.half_way(by(token)) is None:
            return multiple()
        self.gate.clock.forward(seconds=61)
        code = self.apps[login].at(self.gate.clock()) if right and login in self.apps else "000000"
        answer = self.gate.sign_in.code(session_id, code, by(token))
        if isinstance(answer, Done | NeedsNewPassword):
            assert right
            assert "password" in self.sessions[session_id].proved
        return self.took(answer, login, "code", session_id)

    @rule(target=tokens, token=tokens, good=st.booleans())
    def give_new_password(self, token: str, good: bool) -> object:
        session_id = self.issued[token]
        opened = self.sessions[session_id]
        new = f"seven purple lamps {len(self.issued)}" if good else "short"
        answer = self.gate.sign_in.new_password(session_id, new)
        if isinstance(answer, Done):
            assert good
            assert opened.login in self.due
            self.passwords[opened.login] = new
            self.due.discard(opened.login)
            self.end_others(opened.login, session_id)
        return self.took(answer, opened.login, "renewed", session_id)

    @rule(token=tokens)
    def leave(self, token: str) -> None:
        session_id = self.issued[token]
        self.gate.sign_in.out(session_id)
        self.sessions[session_id].ended = True
        self.settle()

    @rule(who=WHO)
    def disable(self, who: str) -> None:
        with self.gate.acting(BOSS):
            self.gate.users.disable(self.ids[who], "test")
        self.off.add(who)
        self.end_others(who, "")
        self.settle()

    @rule(who=WHO)
    def enable(self, who: str) -> None:
        with self.gate.acting(BOSS):
            self.gate.users.enable(self.ids[who])
        self.off.discard(who)
        self.settle()

    @rule(minutes=st.sampled_from([1, 20]))
    def wait(self, minutes: int) -> None:
        self.gate.clock.forward(minutes=minutes)

    @invariant()
    def only_what_was_proved_is_open(self) -> None:
        if not hasattr(self, "gate"):
            return
        for token, session_id in self.issued.items():
            opened = self.sessions[session_id]
            for directory in (self.gate.directory, self.other):
                principal = directory.resolve(by(token))
                if principal is None:
                    continue
                assert principal.user_id == self.ids[opened.login]
                assert principal.session == session_id
                assert token == opened.token, "an old token came in"
                assert not opened.ended
                assert opened.login not in self.off
                assert opened.proved >= self.asked_of(opened.login)
            waiting = self.gate.sessions.half_way(by(token))
            assert waiting is None or (token == opened.token and not opened.ended)

    def asked_of(self, login: str) -> set[str]:
        return {"password", *(["code"] if login in self.apps else [])}

    def took(self, answer: SignInAnswer, login: str, proof: str, session_id: str = "") -> object:
        """Write down what an answer means, and check that it means no more than was proved."""
        self.settle()
        if not isinstance(answer, Done | NeedsCode | NeedsNewPassword):
            return multiple()
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
            assert self.gate.who(begun.token) is None
            waiting = self.gate.sessions.half_way(by(begun.token))
            assert waiting is not None
            assert waiting.state == _EXPECTED[type(answer)]
        return begun.token

    def current(self, token: str) -> Opened | None:
        opened = self.sessions.get(self.issued.get(token, ""))
        return opened if opened is not None and opened.token == token else None

    def end_others(self, login: str, keep: str) -> None:
        for session_id, opened in self.sessions.items():
            if opened.login == login and session_id != keep:
                opened.ended = True

    def settle(self) -> None:
        """Let both processes hear what has changed, as the feed does within a moment."""
        if self.gate.changes._last is None:
            self.gate.changes._last = 0
        self.gate.changes.catch_up()
        self.gate.directory.beat()
        self.other.beat()


TestSignIn = pytest.mark.timeout(900)(SignInMachine.TestCase)
TestSignIn.settings = settings(
    max_examples=effort(short=15, long=300),
    stateful_step_count=effort(short=20, long=40),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
