"""A small provider of sign-in sessions for attacks on the gate: who is signed in stands in a file of the test's own."""

import json
from pathlib import Path
from typing import Any

from host.config import DatabaseConfig
from host.data import ChangeFeed, Database, ProcessTable
from host.kernel.acknowledged import Acknowledgements
from host.testing.distributions import TemporaryDistributions
from tests.integration.raw import BINARY, CLOSE, Socket
from tests.integration.serving import WebUnderTest

MANIFEST = '[plugin]\nhost = ">=1.2,<2"\n\n[plugin.provides]\nauth = ["door"]\n'
PLUGIN = """
import json
import os
import threading
import time
from pathlib import Path

import streamlit as st
from dependency_injector import containers, providers
from starlette.responses import JSONResponse, Response, StreamingResponse

from host import Page, Permission, PermissionDeniedError, Plugin, Principal, Route, SIGNED_IN
from host import action, authorize, current, fragment, hookimpl
from host.web.identity import CREDENTIALS

FILE = Path(os.environ["PEOPLE"])


def told(what, text):
    with (FILE.parent / f"{what}.txt").open("a", encoding="utf-8") as file:
        file.write(f"{text}\\n")


class Door:
    sign_in_path = "/x/door/sign-in"
    cookies = frozenset({"sid"})

    def __init__(self, changes):
        self._read("")
        changes.subscribe("auth", self._read)

    def _read(self, key):
        self._people = json.loads(FILE.read_text(encoding="utf-8"))

    def resolve(self, credentials):
        told("lookups", credentials.cookies.get("sid") or credentials.authorization)
        if credentials.authorization:
            return self._who(self._people["tokens"].get(credentials.authorization.partition(" ")[2]))
        return self._who(self._people["sessions"].get(credentials.cookies.get("sid")))

    def signed_in(self, user_id, session):
        rows = self._people["sessions"].values()
        return next((self._who(r) for r in rows if (r["user"], r["session"]) == (user_id, session)), None)

    def principal(self, user_id):
        rows = self._people["sessions"].values()
        return next((self._who(r) for r in rows if r["user"] == user_id), None)

    def active(self, session):
        told("active", session)

    @staticmethod
    def _who(row):
        if row is None or time.time() > row.get("until", time.time()):
            return None
        may = frozenset(row.get("may", ["door.read"]))
        return Principal(row["user"], row["user"].title(), frozenset(), may, session=row["session"], epoch=row["epoch"])


class Services(containers.DeclarativeContainer):
    changes = providers.Dependency()
    auth_door = providers.ThreadSafeSingleton(Door, changes)


def work():
    told("work", "begun")
    authorize("door.read")
    while not (FILE.parent / "go-on").exists():
        time.sleep(0.01)
    try:
        authorize("door.read")
    except PermissionDeniedError:
        told("work", "denied")
    else:
        told("work", "done")


def secret():
    st.button("Work", key="work", on_click=action(work))
    st.write(f"SECRET of {current().principal.name}")
    st.write(f"cookies {sorted(st.context.cookies)}")
    st.button("Act", key="act", on_click=action(lambda: told("acts", current().principal.user_id)))
    part()


@fragment
def part():
    st.button("Again", key="again")
    st.write(f"PART of {current().principal.name}")


def stream():
    for number in range(3000):
        st.write(f"SECRET {number}")
        time.sleep(0.005)


def upload():
    st.file_uploader("File", key="file")


def sign_in(request):
    principal = request.scope["host.principal"]
    return JSONResponse({
        "user": principal.user_id if principal else None, "acting": current().principal.user_id,
        "cookies": sorted(request.cookies), "brought": sorted(request.scope[CREDENTIALS].cookies),
        "agent": request.scope[CREDENTIALS].user_agent, "device": request.scope[CREDENTIALS].device,
    })


def me(request):
    principal = request.scope["host.principal"]
    return JSONResponse({
        "user": principal.user_id, "cookies": sorted(request.cookies), "token": request.headers.get("authorization"),
    })


go_on = threading.Event()


def export(request):
    def chunks():
        yield "begun" + " " * 2000
        for number in range(2000):
            time.sleep(0.01)
            yield f"row {number}\\n"
    return StreamingResponse(chunks(), media_type="text/csv")


def late(request):
    told("late", "asked")
    go_on.wait(20)
    return Response("SECRET")


def release(request):
    go_on.set()
    return Response("released")


class Hooks:
    @hookimpl
    def permissions(self):
        return [Permission(name="door.read", title="Read")]

    @hookimpl
    def pages(self):
        return [
            Page(path="secret", title="Secret", render=secret, permission="door.read"),
            Page(path="stream", title="Stream", render=stream, permission="door.read", fragment=False),
            Page(path="upload", title="Upload", render=upload, permission="door.read"),
        ]

    @hookimpl
    def routes(self, services):
        return [
            Route(path="/sign-in", endpoint=sign_in, permission=SIGNED_IN, methods=("GET", "POST"), public=True),
            Route(path="/open/{name}", endpoint=sign_in, permission=SIGNED_IN, public=True),
            Route(path="/me", endpoint=me, permission=SIGNED_IN, methods=("GET", "POST")),
            Route(path="/export", endpoint=export, permission="door.read"),
            Route(path="/late", endpoint=late, permission="door.read"),
            Route(path="/release", endpoint=release, permission=SIGNED_IN, public=True),
        ]


plugin = Plugin(services=Services, hooks=Hooks)
"""
OTHER = """
from starlette.responses import JSONResponse

from host import Plugin, Route, SIGNED_IN, hookimpl
from host.web.identity import CREDENTIALS


def seen(request):
    return JSONResponse({"cookies": sorted(request.cookies), "credentials": CREDENTIALS in request.scope})


class Hooks:
    @hookimpl
    def routes(self, services):
        return [Route(path="/seen", endpoint=seen, permission=SIGNED_IN, public=True)]


plugin = Plugin(hooks=Hooks)
"""


class House:
    """Web processes with the door on one database, and the file that says who is signed in."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.url = url or f"sqlite:///{folder / 'house.db'}"
        self._file = folder / "people.json"
        self.people: dict[str, dict[str, Any]] = {"sessions": {}, "tokens": {}}
        self.write()
        site = TemporaryDistributions(folder / "site")
        site.folder.mkdir()
        site.add("acme-door", {"door": {"plugin.py": PLUGIN, "plugin.toml": MANIFEST}})
        site.add("acme-other", {"other": {"plugin.py": OTHER, "plugin.toml": '[plugin]\nhost = ">=1.2,<2"\n'}})
        self.processes: list[WebUnderTest] = []
        self._database: Database | None = None

    def serve(self, **settings: Any) -> WebUnderTest:
        """Start a web process."""
        root = self.folder / f"process-{len(self.processes)}"
        root.mkdir()
        (root / "plugins.toml").write_text("[plugins.door]\n[plugins.other]\n", encoding="utf-8")
        shared = {"database.url": self.url, "security.keys_file": str(self.folder / "keys.json")}
        environ = {"PYTHONPATH": f"{self.folder / 'site'}:{Path.cwd()}", "PEOPLE": str(self._file)}
        process = WebUnderTest(root, environ, **shared, **settings)
        self.processes.append(process)
        log = process.log.read_text(encoding="utf-8")[-3000:]
        assert process.ready.get("ready"), (process.ready, log)
        assert process.ready["closed"] is None, (process.ready, log)
        return process

    def sign_in(self, user: str, token: str = "", **more: Any) -> dict[str, str]:
        """Sign somebody in and return the headers of their browser."""
        token = token or f"token-of-{user}"
        row = {"user": user, "session": f"session-of-{token}", "epoch": "1", **more}
        self.people["sessions"][token] = row
        self.write()
        return {"Cookie": f"sid={token}; device={user[0] * 43}; other=1"}

    def write(self) -> None:
        """Write the file, whole or not at all."""
        temporary = self._file.with_suffix(".new")
        temporary.write_text(json.dumps(self.people), encoding="utf-8")
        temporary.replace(self._file)

    @property
    def database(self) -> Database:
        """The database, opened by the test."""
        if self._database is None:
            self._database = Database(DatabaseConfig(url=self.url), self.folder)
        return self._database

    def publish(self, key: str = "") -> None:
        """Say that access has changed, as a command would."""
        self.write()
        feed = ChangeFeed(self.database)
        with self.database.begin():
            feed.publish("auth", key)

    def wait(self, within_s: float = 10.0) -> tuple[str, ...]:
        """Wait for the processes' acknowledgements, as a command would."""
        waiting = Acknowledgements(self.database, ChangeFeed(self.database), ProcessTable(self.database))
        return waiting.wait(within_s)

    def sign_out(self, token: str) -> tuple[str, ...]:
        """End a session and wait until every process acts on it."""
        del self.people["sessions"][token]
        self.publish(f"session:{token}")
        return self.wait()

    def change(self, token: str, **more: Any) -> tuple[str, ...]:
        """Change what a session may do and wait until every process acts on it."""
        row = self.people["sessions"][token]
        row.update(more, epoch=row["epoch"] + "+")
        self.publish(f"user:{row['user']}")
        return self.wait()

    def told(self, what: str) -> list[str]:
        """Return what the plugin wrote down."""
        path = self.folder / f"{what}.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def close(self) -> None:
        """End everything."""
        for process in self.processes:
            process.close()
        if self._database is not None:
            self._database.dispose()


def run(socket: Socket, query: str = "page=secret", **rerun: Any) -> list[Any]:
    """Run the script and return the messages of that run."""
    socket.write(BINARY, rerun_message(query, **rerun))
    found = []
    for message in socket.messages():
        found.append(message)
        if message.HasField("script_finished"):
            return found
    return found


def rerun_message(query: str = "page=secret", *, pressed: str = "", part: str = "", timer: bool = False) -> bytes:
    """Return the frame of a browser that asks for a run.

    Args:
        pressed: id of the button that was pressed.
        part: id of the fragment that shall run alone.
        timer: whether a timer asks, not a person.
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.fragment_id = part
    message.rerun_script.is_auto_rerun = timer
    if pressed:
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = pressed, True
    return bytes(message.SerializeToString())


def shown(messages: list[Any]) -> str:
    """Return every text of a run."""
    return "\n".join(m.delta.new_element.markdown.body for m in messages if m.HasField("delta"))


def button(messages: list[Any], label: str) -> tuple[str, str]:
    """Return the id and the fragment of a button."""
    for message in messages:
        found = message.delta.new_element.button if message.HasField("delta") else None
        if found is not None and found.label == label:
            return found.id, message.delta.fragment_id
    raise AssertionError(f"no button {label!r}")


def rest(socket: Socket) -> tuple[list[bytes], int | None]:
    """Read to the end: the payloads of data frames, and the close code if one came."""
    data = []
    try:
        while True:
            opcode, payload = socket.read()
            if opcode == CLOSE:
                return data, int.from_bytes(payload[:2], "big")
            if opcode == BINARY:
                data.append(payload)
    except (ConnectionError, TimeoutError):
        return data, None
