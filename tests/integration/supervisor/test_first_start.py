"""The first start: the terminal shows the way in, once; the demonstration is signed in, and only where it may be."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.integration.serving import Supervised

PASSWORD = "kelp-on-a-rock-7"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with sign-in."""
    (tmp_path / "plugins.toml").write_text("[plugins.auth]\n[plugins.home]\n")
    return tmp_path


class Browser:
    """Keeps cookies and says which site its forms come from."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, url: str, **form: str) -> tuple[int, str]:
        """Open an address, or send a form there; return status and final address."""
        parts = urllib.parse.urlsplit(url)
        data = urllib.parse.urlencode(form).encode() if form else None
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}", "Accept": "text/html"}
        try:
            with self._opener.open(urllib.request.Request(url, data, headers), timeout=30) as answer:
                return answer.status, urllib.parse.urlsplit(answer.url).path
        except urllib.error.HTTPError as refused:
            return refused.code, urllib.parse.urlsplit(refused.url).path

    @property
    def signed_in(self) -> bool:
        """Whether a session's cookie is there."""
        return any(cookie.name == "sid" for cookie in self.cookies)


def address(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found, line
    return found[0]


def test_the_first_start_leads_to_an_administrator_once(project: Path) -> None:
    app = Supervised(project, "--port", "0")
    try:
        app.hears("is ready: ")
        link = address(app.hears("Make the first administrator here"))
        assert "/x/auth/setup/" in link
        stranger = Browser()
        assert stranger.open(link.partition("/x/")[0] + "/")[1] == "/x/auth/sign-in"
        first = Browser()
        assert first.open(link)[0] == 200, "looking uses nothing up"
        status, path = first.open(link, login="boss", name="Boss", password=PASSWORD, again=PASSWORD)
        assert (status, path) == (200, "/")
        assert first.signed_in
        late = Browser()
        assert late.open(link)[0] == 410
        assert not late.signed_in
        secret = link.rpartition("/")[2]
        logged = (project / "supervisor.log").read_text() + "".join(
            each.read_text() for each in (project / "var").rglob("*.log*")
        )
        assert secret not in logged
    finally:
        app.close()


def test_the_demonstration_is_signed_in_by_a_link_that_counts_once(project: Path) -> None:
    app = Supervised(project, "--port", "0", "--as", "demo")
    try:
        link = address(app.hears("Enter as demo"))
        visitor, second = Browser(), Browser()
        assert visitor.open(link) == (200, "/")
        assert visitor.signed_in
        assert second.open(link)[0] == 410
        assert not second.signed_in
        assert "Make the first administrator" in app.hears("Make the first administrator")
    finally:
        app.close()


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (("--host", "0.0.0.0"), {}),
        ((), {"APP_ENV": "stage", "SECRET_KEY": "q7V2m9Xw4Zt8Lr3Ks6Hd1Nf5Pb0Yc7Ju2Ga9Te4"}),
    ],
    ids=["open to the network", "stage"],
)
def test_the_demonstration_is_refused_elsewhere(
    project: Path, arguments: tuple[str, ...], environ: dict[str, str]
) -> None:
    app = Supervised(project, "--port", "0", "--as", "demo", *arguments, **environ)
    try:
        assert app.process.wait(60) == 4
        assert "signs in without a password" in app.log.read_text()
    finally:
        app.close()
