"""A web process is listed for as long as it serves, however long it was away."""

from host.testing import HostAppFactory
from host.web.presence import _Presence
from tests.attacks import attack


@attack(
    "a process was away for so long that it was struck off the list, and serves again",
    "it lists itself again, so that it is waited for when access is taken away",
)
def test_who_was_struck_off_the_list_is_listed_again(make_host_app: HostAppFactory) -> None:
    application = make_host_app(["home"]).application
    processes = application.host.processes()
    presence = _Presence(application, "1", "plan")
    presence.beat()
    first = presence.row
    assert first is not None
    presence.beat()
    assert presence.row == first
    processes.remove(first)
    presence.beat()
    assert presence.row != first
    assert presence.row in {process.id for process in processes.alive()}
    presence.leave()
