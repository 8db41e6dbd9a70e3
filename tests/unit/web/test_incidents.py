"""What the gate tells about a request: who sent it, and no token that its address carries."""

import pytest

from host.contracts.principal import Principal
from host.security.events import SecurityEvents
from host.web.device import fingerprint
from host.web.incidents import Incidents


def noted(path, principal=None, **headers):
    found = []
    events = SecurityEvents()
    events.listen(found.append)
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"path": path, "client": ("10.0.0.1", 5), "headers": pairs}
    Incidents(events).note("gate.rate_limited", scope, principal, what="requests")
    return found[0]


def test_an_event_says_who_and_from_where():
    event = noted("/", Principal("anna", "Anna", session="s1"), cookie=f"device={'d' * 43}")
    assert (event.user_id, event.session, event.client) == ("anna", "s1", "10.0.0.1")
    assert event.device == fingerprint("d" * 43)
    assert event.detail == {"path": "/", "what": "requests"}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/x/auth/sign-in", "/x/auth/sign-in"),
        ("/x/auth/reset/secret-token", "/x/auth/reset/…"),
        ("/_stcore/upload_file/session/file", "/_stcore/upload_file/session/…"),
    ],
)
def test_an_event_keeps_no_token_of_a_path(path, told):
    assert noted(path).detail["path"] == told
