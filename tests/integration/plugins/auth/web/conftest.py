"""Running apps with sign-in, and browsers that show what went over the wire."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from host.config import load_config
from host.kernel.boot import boot
from host.testing import HostApp
from host.testing.principals import EVERYBODY
from tests.integration.serving import Supervised

LOGIN, PASSWORD, NAME = "ada", "copper lantern drifts north", "Ada Lovelace"
SETUP = "/x/auth/setup/"


class House:
    """`app run` with the auth plugin, and how to get to its door.

    Args:
        settings: of the plugin, as TOML lines.
        plugins: lines of `plugins.toml` for others beside it.
    """

    def __init__(self, root: Path, settings: str = "", plugins: str = "", **environ: str) -> None:
        chosen = f"{plugins}[plugins.auth]\n[plugins.auth.settings]\n{settings}\n"
        (root / "plugins.toml").write_text(chosen, encoding="utf-8")
        self.root = root
        self.run = Supervised(root, "--port", "0", **environ)
        self.port = self.run.ready()
        self.url = f"http://127.0.0.1:{self.port}"

    def browser(self, **headers: str) -> httpx.Client:
        """Return a client with cookies of its own that follows nothing by itself."""
        return httpx.Client(base_url=self.url, headers={"Origin": self.url, **headers}, timeout=30)

    def setup_path(self) -> str:
        """Return the path of the first start's link."""
        line = next((line for line in self.run.heard if SETUP in line), "") or self.run.hears(SETUP)
        return SETUP + line.partition(SETUP)[2].split()[0]

    def make_first_account(self) -> None:
        """Use the link up."""
        form = {"name": NAME, "login": LOGIN, "password": PASSWORD, "again": PASSWORD}
        answer = self.browser().post(self.setup_path(), data=form)
        assert answer.status_code == 303, answer.text

    @contextmanager
    def office(self, user_id: str = "test") -> Iterator[Any]:
        """Lend the plugin's services, on the same database, to somebody who may do everything."""
        application = boot("command", load_config(self.root))
        try:
            desk = HostApp(application)
            with desk.context(replace(EVERYBODY, user_id=user_id)):
                yield desk.services("auth")
        finally:
            application.close()

    def logged(self) -> str:
        """Return what the processes have written to the log."""
        return self.run.log.read_text("utf-8") + "".join(path.read_text("utf-8") for path in self.root.rglob("*.jsonl"))


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., House]]:
    """Start houses; each goes with the module."""
    with ExitStack() as stack:

        def start(settings: str = "", plugins: str = "", **environ: str) -> House:
            house = House(tmp_path_factory.mktemp("house"), settings, plugins, **environ)
            stack.callback(house.run.close)
            return house

        yield start


@pytest.fixture(scope="module")
def house(open_house: Callable[..., House]) -> House:
    """A house with one account."""
    found = open_house()
    found.make_first_account()
    return found


def sign_in(browser: httpx.Client, **more: Any) -> httpx.Response:
    """Send the form of the sign-in page."""
    return browser.post("/x/auth/sign-in", data={"login": LOGIN, "password": PASSWORD, **more})
