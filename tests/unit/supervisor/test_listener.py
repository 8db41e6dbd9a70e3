"""The listening socket: taken ports and wrong addresses are explained."""

import socket

import pytest

from host.supervisor.listener import ListenError, listen, url_of


def test_a_free_port_is_taken_and_named():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert url_of(listener, "127.0.0.1") == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_a_wildcard_is_shown_as_localhost():
    with listen("0.0.0.0", 0) as listener:
        assert url_of(listener, "0.0.0.0") == f"http://localhost:{listener.getsockname()[1]}"


def test_a_port_in_use_names_the_port_and_the_remedy():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ListenError) as raised:
            listen("127.0.0.1", port)
    assert str(port) in raised.value.message
    assert "--port" in raised.value.remedy
    assert raised.value.exit_code == 1


def test_an_address_of_another_machine_is_explained():
    with pytest.raises(ListenError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
