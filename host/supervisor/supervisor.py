"""Keeps one web process serving: starts it, restarts what dies, replaces it when settings, graph or code change."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from host.config import load_config
from host.errors import HostError
from host.logs import get_logger
from host.supervisor.backoff import Backoff
from host.supervisor.desired import Desired, State, code_folders, differences
from host.supervisor.listener import listen, url_of
from host.supervisor.process import NotServing, Serving, WebProcess, ending
from host.supervisor.told import tell
from host.supervisor.watch import watch_code, watch_settings

Say = Callable[[str], None]
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_log = get_logger(__name__)


class StartFailedError(HostError):
    """No web process came to serve."""


class Supervisor:
    """Runs until it is told to stop.

    Args:
        settings: the command line's values by dotted name; web processes get them too.
        say: tells the person at the terminal, a line at a time.
        as_user: as whom that person wants to be signed in at the start.
    """

    def __init__(self, settings: Mapping[str, Any], say: Say, as_user: str = "") -> None:
        self._as_user = as_user
        self._given = dict(settings)
        self._settings = dict(settings)
        self._say = say
        self._backoff = Backoff()
        self._stop = asyncio.Event()
        self._news = asyncio.Event()
        self._code: set[str] = set()
        self._process: WebProcess | None = None

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM.

        Raises:
            HostError: settings can't be used, the port can't be had, or no process came to serve.
        """
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._asked_to_stop)

        def toggled() -> None:
            loop.call_soon_threadsafe(self._news.set)

        desired = Desired(self._settings, toggled)
        try:
            await self._serve(desired)
        finally:
            if self._process is not None:
                await self._process.stop()
            await asyncio.to_thread(desired.close)

    async def _serve(self, desired: Desired) -> None:
        server = load_config(cli=self._settings).server
        with listen(server.host, server.port) as self._listener:
            url = url_of(self._listener, server.host)
            # Whether the app may be open without sign-in is judged by the address that is really listened on.
            self._settings |= {"server.host": server.host, "server.port": self._listener.getsockname()[1]}
            self._address = server.host, server.port
            running = await asyncio.to_thread(desired.look)
            first = await self._start_first()
            if first is not None:
                self._say(f"{running.config.title} is ready: {url}")
                await asyncio.to_thread(tell, first.notices, url, running.config, self._say)
                if self._as_user and not first.notices:
                    self._say(f"No active plugin signs {self._as_user} in.")
                watchers = self._watchers(running)
                self._news.set()  # nobody watched while the process started
                try:
                    await self._keep(desired, running)
                finally:
                    self._stop.set()
                    await asyncio.gather(*watchers)

    def _watchers(self, running: State) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(watch_settings(running.config.root, lambda _: self._news.set(), self._stop))]
        if running.config.env == "dev":
            tasks.append(asyncio.create_task(watch_code(code_folders(running), self._code_changed, self._stop)))
        return tasks

    def _asked_to_stop(self) -> None:
        if self._stop.is_set() and self._process is not None:
            # Asked twice: whoever asks doesn't want to wait for running requests.
            self._process.kill_now()
        self._stop.set()

    def _code_changed(self, paths: set[str]) -> None:
        self._code |= paths
        self._news.set()

    async def _start_first(self) -> Serving | None:
        while not self._stop.is_set():
            outcome = await self._try_start(self._as_user)
            if isinstance(outcome, Serving):
                self._tell_if_closed(outcome)
                return outcome
            if outcome.explained:
                raise StartFailedError(f"The app did not start: {outcome.reason}", remedy=outcome.remedy)
            await self._wait_after_death(outcome)
            if self._backoff.looping:
                raise StartFailedError(
                    f"The app did not start: {self._backoff.deaths} processes died before they served.",
                    remedy="Read the log above; HOST_SAFE_MODE=1 starts without optional plugins.",
                )
        return None

    async def _try_start(self, tell: str | None = None) -> Serving | NotServing:
        self._process = await WebProcess.start(self._listener, self._settings, tell)
        return await self._outcome(self._process)

    async def _outcome(self, process: WebProcess) -> Serving | NotServing:
        waiting = asyncio.create_task(process.outcome())
        await self._first_of(self._stop.wait(), asyncio.wait({waiting}))
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        return NotServing("it was told to stop", explained=False)

    async def _keep(self, desired: Desired, running: State) -> None:
        while not self._stop.is_set():
            assert self._process is not None
            await self._first_of(self._stop.wait(), self._news.wait(), self._process.ended())
            if self._stop.is_set():
                return
            if self._process.exit_code is not None:
                running = await self._revive(desired, running)
            else:
                running = await self._follow(desired, running)

    async def _revive(self, desired: Desired, running: State) -> State:
        assert self._process is not None
        outcome: Serving | NotServing = NotServing(f"it {ending(await self._process.ended())}")
        while isinstance(outcome, NotServing) and not self._stop.is_set():
            await self._wait_after_death(outcome)
            if self._stop.is_set():
                break
            self._news.clear()
            running = await self._wanted(desired) or running
            outcome = await self._try_start()
        if isinstance(outcome, Serving):
            self._say("The web process serves again.")
            self._tell_if_closed(outcome)
        return running

    async def _wait_after_death(self, outcome: NotServing) -> None:
        if self._stop.is_set():
            return
        delay_s = self._backoff.died()
        _log.error("web process died", reason=str(outcome), deaths=self._backoff.deaths, next_start_in_s=delay_s)
        self._say(f"The web process died: {outcome} Starting it again in {delay_s:g} s.")
        if self._backoff.looping:
            _log.error("crash loop", deaths=self._backoff.deaths)
            self._say(f"It died {self._backoff.deaths} times within a minute; a changed file starts it at once.")
        await self._first_of(self._stop.wait(), self._news.wait(), asyncio.sleep(delay_s))

    async def _follow(self, desired: Desired, running: State) -> State:
        self._news.clear()
        code, self._code = self._code, set()
        wanted = await self._wanted(desired)
        if wanted is None:
            return running
        lines = [*differences(running, wanted), *_code_line(code)]
        return wanted if not lines or await self._replace(lines) else running

    async def _wanted(self, desired: Desired) -> State | None:
        try:
            state = await asyncio.to_thread(desired.look)
            self._tell_if_moved()
            return state
        except HostError as error:
            self._say(f"The change is not in force: {error}")
            _log.error("change refused", reason=str(error))
        except Exception as error:
            self._say(f"The change could not be judged: {error}")
            _log.exception("change could not be judged")
        return None

    async def _replace(self, reasons: list[str]) -> bool:
        """Start a new process beside the old one; only once it serves, the old one drains and ends."""
        old = self._process
        assert old is not None
        _log.info("rolling restart", reasons=reasons)
        self._say(f"Restarting for: {'; '.join(reasons)}")
        new = await WebProcess.start(self._listener, self._settings)
        outcome = await self._outcome(new)
        if isinstance(outcome, NotServing):
            await new.stop()
            self._say(f"The old process goes on serving; the new one did not start: {outcome}")
            _log.error("rolling restart failed", reason=str(outcome))
            return False
        self._process = new
        await old.stop()
        self._say("The change is in force.")
        self._tell_if_closed(outcome)
        return True

    def _tell_if_closed(self, outcome: Serving) -> None:
        if outcome.closed:
            self._say(f"The app is closed and shows the maintenance page only: {outcome.closed}")

    def _tell_if_moved(self) -> None:
        server = load_config(cli=self._given).server
        if self._address != (server.host, server.port):
            self._address = server.host, server.port
            self._say("Another server.host or server.port comes into force when the app is ended and run again.")

    @staticmethod
    async def _first_of(*awaitables: Awaitable[Any]) -> None:
        tasks = [asyncio.ensure_future(each) for each in awaitables]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _code_line(paths: set[str]) -> list[str]:
    first = min(paths, default=None)
    more = f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
    return [f"code changed: {first}{more}"] if first else []


def supervise(settings: Mapping[str, Any], say: Say, as_user: str = "") -> None:
    """Run a supervisor in the foreground until it is told to stop.

    Args:
        settings: the command line's values by dotted name.
        say: tells the person at the terminal, a line at a time.
        as_user: as whom that person wants to be signed in at the start.

    Raises:
        HostError: it could not start.
    """

    async def run() -> None:
        await Supervisor(settings, say, as_user).run()

    asyncio.run(run())
