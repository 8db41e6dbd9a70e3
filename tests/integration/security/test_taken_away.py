"""Rights taken away by the services of sign-in themselves, from another process than the one that serves."""

import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.attacks import attack
from tests.integration.plugins.auth.web.conftest import PASSWORD, House, sign_in
from tests.integration.raw import Socket, get
from tests.integration.web.door import rest, run

VIC, SECRET = "vic", "seven quiet harbours wait"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An app with an administrator and somebody who may read."""
    house = House(tmp_path_factory.mktemp("taken"), plugins="[plugins.warehouse]\n[plugins.home]\n")
    house.make_first_account()
    with house.office() as office:
        office.users.add(VIC, "Vic", password=SECRET, roles=("viewer",))
    yield house
    house.run.close()


def as_vic(house: House) -> httpx.Client:
    browser = house.browser(Accept="text/html")
    browser.get("/x/auth/sign-in")
    assert sign_in(browser, login=VIC, password=SECRET).status_code == 303
    return browser


def cookies(browser: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@attack(
    "somebody with many open tabs is disabled by a command",
    "when the command returns every tab is closed, and no frame with data comes after it; the time is printed",
)
def test_who_is_disabled_is_out_when_the_command_returns(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    times = []
    for _ in range(3):
        cookie = cookies(as_vic(house))
        tabs = [Socket(house.port, Cookie=cookie) for _ in range(5)]
        for tab in tabs:
            run(tab, "")
        with house.office() as office:
            vic = office.users.by_login(VIC)
            begun = time.perf_counter()
            changed = office.users.disable(vic.id, "test")
            times.append(time.perf_counter() - begun)
            assert changed.unconfirmed == ()
            for tab in tabs:
                data, code = rest(tab)
                assert code == 4401
                # What each run ends with may still have been on its way; nothing that shows anything was.
                assert [frame for frame in data if len(frame) > 10] == []
                tab.__exit__()
            assert get(house.port, "/", Cookie=cookie).status == 303
            with Socket(house.port, Cookie=cookie) as tab:
                assert tab.status == 401
            office.users.enable(vic.id)
    with capsys.disabled():
        sys.stdout.write(f"\ndisabled, every tab closed and acknowledged: median {sorted(times)[1]:.3f} s\n")


@attack(
    "an operator who sees the app as somebody else sends that person's forms and uploads by hand",
    "nothing of the account changes, nothing is taken, and it ends with the operator's own session",
)
def test_who_looks_on_writes_by_no_route(house: House) -> None:
    boss = house.browser(Accept="text/html")
    boss.get("/x/auth/sign-in")
    assert sign_in(boss).status_code == 303
    with house.office() as office:
        vic = office.users.by_login(VIC)
    assert boss.post("/x/auth/view-as", data={"user": vic.id}).headers["location"] == "/"
    other = "eleven loud kettles sing"
    form = {"old": SECRET, "current": SECRET, "password": other, "again": other, "new": other}
    boss.post("/x/auth/account/password", data=form)
    boss.post("/x/auth/account/password", data={**form, "old": PASSWORD, "current": PASSWORD})
    for do in ("begin", "confirm", "off", "fresh"):
        boss.post("/x/auth/account/second-factor", data={"do": do, "password": SECRET, "code": "000000"})
    boss.post("/x/auth/view-as", data={"user": vic.id})
    with house.office() as office:
        now = office.users.get(vic.id)
        assert (now.login, now.roles) == (vic.login, vic.roles)
        assert not office.second_factor.required(vic.id)
    as_vic(house)
    assert boss.post("/x/auth/view-as/end").headers["location"] == f"/?page=auth/user&id={vic.id}"


@attack(
    "somebody who may only read asks for what only operators may: to see as others, their routes, by id or by hand",
    "403 or the start page, and nothing happens",
)
def test_who_may_read_only_gets_no_operators_route(house: House) -> None:
    vic = as_vic(house)
    with house.office() as office:
        boss = office.users.by_login("ada")
    answer = vic.post("/x/auth/view-as", data={"user": boss.id})
    assert answer.status_code == 403
    assert vic.post("/x/auth/view-as/end").headers["location"] == "/"
    for path in ("/x/auth/view-as", "/x/admin/anything", f"/x/auth/users/{boss.id}", "/x/warehouse/none"):
        assert vic.get(path).status_code in {404, 405}, path


@attack(
    "secrets and personal data in every place of a request: cookie, token, password, address, query, headers",
    "none of them is in the log, refused or not",
)
def test_no_secret_of_a_request_is_in_the_log(house: House) -> None:
    vic = as_vic(house)
    session = vic.cookies["sid"]
    canary = "Canary4711".ljust(43, "x")
    links = [f"/x/auth/{kind}/{canary}" for kind in ("reset", "setup", "sign-up", "enter")]
    form = {"password": canary, "login": f"{canary}@example.org"}
    for path in (*links, f"/?token={canary}", f"/x/auth/sign-in?next={canary}"):
        house.browser().get(path)
        house.browser(Host="evil.example").get(path)
        house.browser(Origin="http://evil.example").post(path, data=form)
    house.browser(Authorization=f"Bearer {canary}", Referer=f"{house.url}/?t={canary}", Cookie=f"sid={canary}").get("/")
    house.browser(**{"X-Host-User-Id": canary, "User-Agent": canary}).get("/x/auth/account/password")
    sign_in(house.browser(), login=VIC, password=canary)
    with Socket(house.port, Cookie=f"sid={canary}", path=f"/_stcore/stream?t={canary}") as refused:
        assert refused.status == 401
    # The client of this test writes its own lines there, too.
    lines = [line for line in house.logged().splitlines() if "httpx" not in line]
    assert [line for line in lines if "request refused" in line]
    assert [line for line in lines if any(each in line for each in (canary, session, SECRET, PASSWORD))] == []
