"""A real app in a process of its own with the sample plugins, and a real browser; a failed test leaves a screenshot."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from host.testing.distributions import TemporaryDistributions
from tests.integration.serving import Supervised, WebUnderTest

SAMPLES = Path(__file__).parent / "samples"
RESULTS = Path("test-results")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DEADLINE_MS = 20_000
PLUGINS = "[plugins.home]\n[plugins.shop]\n"


@dataclass
class RunningApp:
    """The app, its project folder, and what its sample pages wrote down."""

    root: Path
    web: "WebUnderTest | AppRun"

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.web.port}/"

    def address(self, page: str = "", **params: str | int) -> str:
        """Return the address of a page."""
        query = "&".join(f"{name}={value}" for name, value in ({"page": page} | params).items())
        return f"{self.url}?{query}" if page else self.url

    def choose(self, plugins: str) -> None:
        """Write `plugins.toml`; exposure takes effect by itself."""
        (self.root / "plugins.toml").write_text(plugins, encoding="utf-8")

    def told(self, name: str) -> list[str]:
        """Return what the sample pages wrote down under `name`."""
        path = self.root / f"{name}.txt"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@dataclass
class Reader:
    """A browser page with the moves that every test makes."""

    page: Page
    app: RunningApp
    faults: list[str] = field(default_factory=list)

    def open(self, page: str = "", **params: str | int) -> "Reader":
        """Go to an address and wait until the shell has drawn it."""
        self.page.goto(self.app.address(page, **params))
        return self.drawn()

    def drawn(self) -> "Reader":
        """Wait until no script runs and the shell's note is there."""
        expect(self.page.locator("#host-note")).to_be_attached()
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        return self

    def menu(self, title: str) -> "Reader":
        """Choose a page from the menu."""
        self.page.locator(".st-key-host-menu").get_by_role("button", name=title).click()
        return self.heading_or_title(title)

    def heading_or_title(self, title: str) -> "Reader":
        """Wait for the browser tab's title."""
        expect(self.page).to_have_title(re.compile(rf"^{re.escape(title)} · "))
        return self.drawn()

    def press(self, label: str) -> "Reader":
        """Click a button of the page."""
        self.page.get_by_test_id("stMain").get_by_role("button", name=label, exact=True).click()
        return self

    def sees(self, text: str) -> "Reader":
        """Wait for a text of the page."""
        expect(self.page.get_by_test_id("stMain").get_by_text(text).first).to_be_visible()
        return self

    def prefers(self, choice: str) -> "Reader":
        """Choose in the view menu."""
        self.page.locator(".st-key-host-preferences button").first.click()
        self.page.get_by_test_id("stPopoverBody").get_by_text(choice, exact=True).first.click()
        self.page.keyboard.press("Escape")
        return self


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        expect.set_options(timeout=DEADLINE_MS)
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start Chromium, or Firefox where ``HOLDFAST_BROWSER=firefox`` asks for it."""
    if os.environ.get("HOLDFAST_BROWSER") == "firefox":
        browser = playwright.firefox.launch(executable_path="/usr/bin/firefox-esr", channel="moz-firefox")
    else:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield browser
    browser.close()


def installed(root: Path, plugins: str, sample: str = "shop") -> str:
    """Install a sample plugin below `root`, write `plugins.toml`, and return the module path to run with."""
    source = SAMPLES / sample
    files = {str(path.relative_to(source)): path.read_text("utf-8") for path in source.rglob("*.*") if path.is_file()}
    TemporaryDistributions(root / "installed").add(sample, {sample: files})
    (root / "plugins.toml").write_text(plugins, encoding="utf-8")
    return f"{root / 'installed'}:{Path.cwd()}"


def serve(root: Path, plugins: str, sample: str = "shop", **settings: object) -> RunningApp:
    """Start the app in `root` with a sample plugin."""
    environ = {"PYTHONPATH": installed(root, plugins, sample)}
    return RunningApp(root, WebUnderTest(root, environ, **settings))


class AppRun(Supervised):
    """`app run`, with the port that it serves on."""

    port: int


@contextlib.contextmanager
def app_run(root: Path, plugins: str, **scripts: str) -> Iterator[RunningApp]:
    """Run the app in `root` as `app run` does, with `scripts` by file name without ending."""
    for name, source in scripts.items():
        (root / f"{name}.py").write_text(source, encoding="utf-8")
    (root / "plugins.toml").write_text(plugins, encoding="utf-8")
    supervised = AppRun(root, "--port", "0")
    try:
        supervised.port = supervised.ready()
        yield RunningApp(root, supervised)
    finally:
        supervised.close()


@pytest.fixture(scope="module")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    app = serve(tmp_path_factory.mktemp("app"), PLUGINS)
    try:
        assert app.web.ready.get("ready"), app.web.log.read_text("utf-8")[-4000:]
        yield app
    finally:
        app.web.close()


@pytest.fixture
def read(chromium: Browser, running_app: RunningApp, request: pytest.FixtureRequest) -> Iterator[Callable[..., Reader]]:
    """Make readers, each with a browser profile of its own; ``read(width=360, color_scheme="dark")``."""
    contexts: list[BrowserContext] = []
    readers: list[Reader] = []

    def make(*, app: RunningApp = running_app, width: int = 1280, height: int = 800, **options: object) -> Reader:
        context = chromium.new_context(viewport={"width": width, "height": height}, **{"locale": "en-US", **options})
        contexts.append(context)
        reader = Reader(context.new_page(), app)
        reader.page.on("pageerror", lambda error: reader.faults.append(str(error)))
        reader.page.on("console", lambda line: _judge(reader, line.text))
        readers.append(reader)
        return reader

    yield make
    if request.node.stash.get(FAILED, False):
        _keep_screenshots(request.node.nodeid, readers)
    faults = [fault for reader in readers for fault in reader.faults]
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def reader(read: Callable[..., Reader]) -> Reader:
    """A reader at a desk, in English."""
    return read()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def _judge(reader: Reader, line: str) -> None:
    if "Content Security Policy" in line or "Uncaught" in line:
        reader.faults.append(line)


def _keep_screenshots(name: str, readers: list[Reader]) -> None:
    RESULTS.mkdir(exist_ok=True)
    stem = re.sub(r"\W+", "-", name).strip("-")
    for number, each in enumerate(readers):
        # The page may be gone with whatever failed.
        with contextlib.suppress(Exception):
            each.page.screenshot(path=RESULTS / f"{stem}-{number}.png", full_page=True)
