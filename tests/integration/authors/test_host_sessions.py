"""The test kit before an authenticator with sign-in sessions: the test's principals get in as everywhere else."""

import json

import pytest

from host.contracts.auth import SessionAuthenticator
from host.testing.principals import reader
from tests.integration.web.door import MANIFEST, PLUGIN


@pytest.fixture
def app(temporary_distributions, make_host_app, tmp_path, monkeypatch):
    temporary_distributions.add("acme-door", {"door": {"plugin.py": PLUGIN, "plugin.toml": MANIFEST}})
    people = tmp_path / "people.json"
    row = {"user": "anna", "session": "s1", "epoch": "1"}
    people.write_text(json.dumps({"sessions": {"t1": row}, "tokens": {}}), encoding="utf-8")
    monkeypatch.setenv("PEOPLE", str(people))
    return make_host_app(["door"])


def test_a_page_runs_for_a_principal_of_the_test(app):
    page = app.call("secret", principal=reader("door.read", user_id="carla")).assert_success()
    assert "SECRET of Carla" in " ".join(page.texts)


def test_a_client_reaches_routes_through_the_gate_as_a_principal_of_the_test(app):
    client = app.client(reader("door.read", user_id="carla"))
    assert client.get("/x/door/me").json()["user"] == "carla"
    assert client.get("/").status_code == 200
    assert client.get("/x/door/sign-in").json()["user"] == "carla"


def test_who_is_unknown_to_the_test_goes_to_the_apps_own_sign_in(app):
    assert isinstance(app.application.authenticator, SessionAuthenticator)
    client = app.client(reader())
    stranger = client.get("/", headers={"Cookie": "sid=nobodys"}, follow_redirects=False)
    assert stranger.status_code == 303
    assert stranger.headers["location"] == "/x/door/sign-in"
    assert client.get("/x/door/me", headers={"Cookie": "sid=t1"}).json()["user"] == "anna"
    assert app.application.signed_in("anna", "s1").name == "Anna"
    assert app.application.signed_in("anna", "other") is None
