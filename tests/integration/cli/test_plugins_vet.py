"""`app plugins vet` survives whatever an import does, and says what that was."""

import socket
import textwrap

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import BROKEN, GREETER, TELLTALE

GOOD_END = "\nfrom host.contributions import Plugin\nplugin = Plugin()\n"


def _install(distributions: TemporaryDistributions, code: str) -> None:
    distributions.add("acme", {"suspect": {"plugin.py": textwrap.dedent(code) + GOOD_END}})


def test_a_plugin_that_only_defines_things_passes(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": GREETER})
    ended = shell.app("plugins", "vet", "greeter")
    assert ended.code == 0
    assert "nothing to object to" in ended.out
    assert "modules" in ended.out


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time\ntime.sleep(3600)", "the import did not end within 1 s; it hangs at"),
        ("while True: pass", "plugin.py"),
        ("import os\nos._exit(3)", "the import ended the process with code 3"),
        ("raise SystemExit(5)", "import failed: SystemExit: 5"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the import was ended by SIGKILL"),
        ("import ctypes\nctypes.string_at(0)", "the import was ended by SIGSEGV at"),
    ],
    ids=["sleeps", "loops", "exits hard", "exits", "is killed", "crashes"],
)
def test_imports_that_don_t_come_back(
    shell: Shell, distributions: TemporaryDistributions, code: str, says: str
) -> None:
    _install(distributions, code)
    ended = shell.app("plugins", "vet", "suspect", "--timeout", "1")
    assert ended.code == 1
    assert says in ended.out


def test_a_fault_of_the_import_is_one_line(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"broken": BROKEN})
    ended = shell.app("plugins", "vet", "broken", "--json")
    assert ended.code == 1
    assert ended.json["faults"] == ["import failed: RuntimeError: no licence found"]


def test_side_effects_are_named(shell: Shell, distributions: TemporaryDistributions) -> None:
    _install(
        distributions,
        """
        import pathlib, socket, subprocess, sys, threading
        pathlib.Path("droppings.txt").write_text("x")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        subprocess.run([sys.executable, "-c", "pass"])
        threading.Thread(target=threading.Event().wait, name="lurker").start()
        print("hello from import")
        """,
    )
    ended = shell.app("plugins", "vet", "suspect", "--json")
    assert ended.code == 2
    effects = "\n".join(ended.json["side_effects"])
    for part in ("writes droppings.txt", "binds a socket", "starts the program", "starts the thread lurker"):
        assert part in effects
    assert ended.json["output"] == ["hello from import"]
    assert not (shell.root / "droppings.txt").exists()


def test_a_connection_outwards_is_named(shell: Shell, distributions: TemporaryDistributions) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        _install(distributions, f"import socket\nsocket.create_connection(('127.0.0.1', {port}))")
        ended = shell.app("plugins", "vet", "suspect", "--json")
    assert ended.code == 2
    assert any(f"connects to ('127.0.0.1', {port})" in effect for effect in ended.json["side_effects"])


def test_what_it_started_ends_with_it(shell: Shell, distributions: TemporaryDistributions) -> None:
    """A child that outlives the import is ended: it would have written the file once its reader was gone."""
    pid_file = shell.root / "child.pid"
    _install(
        distributions,
        f"""
        import pathlib, subprocess
        child = subprocess.Popen(["sleep", "3600"])
        pathlib.Path({str(pid_file)!r}).write_text(str(child.pid))
        """,
    )
    shell.app("plugins", "vet", "suspect")
    from host.kernel.processes import started_at

    stat = f"/proc/{pid_file.read_text()}/stat"
    assert started_at(int(pid_file.read_text())) is None or " Z " in open(stat).read()  # noqa: PTH123, SIM115


def test_hooks_that_don_t_fit_are_a_fault(shell: Shell, distributions: TemporaryDistributions) -> None:
    code = """
        from host.contributions import Plugin
        from host.hookspecs import hookimpl
        class Hooks:
            @hookimpl
            def pagez(self):
                return []
        plugin = Plugin(hooks=Hooks)
    """
    distributions.add("acme", {"suspect": {"plugin.py": code}})
    ended = shell.app("plugins", "vet", "suspect")
    assert ended.code == 1
    assert "pagez" in ended.out


def test_of_two_that_claim_an_id_one_is_chosen(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"telltale": TELLTALE})
    distributions.add("rival", {"telltale": {}})
    ended = shell.app("plugins", "vet", "telltale")
    assert ended.code == 3
    assert "--distribution" in ended.err
    assert shell.app("plugins", "vet", "telltale", "--distribution", "rival").code == 0
    assert not (shell.site / "acme_telltale" / "imported").exists()


def test_an_unknown_id_is_wrong_usage(shell: Shell) -> None:
    assert shell.app("plugins", "vet", "nobody").code == 3
