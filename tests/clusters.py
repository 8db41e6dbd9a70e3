"""A PostgreSQL server of a test's own: made in a temporary folder, killed, started again, and gone in the end."""

import os
import pwd
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

PROGRAMS = Path(os.environ.get("POSTGRES_PROGRAMS", "/usr/lib/postgresql/15/bin"))
DEADLINE_S = 60.0


@dataclass
class Cluster:
    """One server on 127.0.0.1.

    Args:
        folder: of its data; owned by the account that it runs as.
        port: free when the cluster was made, and the same after every start.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        """Its database, as the account that made it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        deadline = time.monotonic() + DEADLINE_S
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            # After a kill it refuses to start until the last of its children is gone.
            if self.process is None or self.process.poll() is not None:
                self._launch()
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server as a power cut would: SIGKILL, nothing flushed, nobody told."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End the server at once but tidily."""
        if self.runs:
            self._signal(signal.SIGQUIT)

    @property
    def runs(self) -> bool:
        """Whether it was started and not ended since."""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """End every session and start again, as an administrator does."""
        self._signal(signal.SIGINT)
        self.start()

    def ask(self, query: str) -> Any:
        """Return the first value of a query, past everything under test."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def _launch(self) -> None:
        command = [str(PROGRAMS / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_account())

    def _signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(DEADLINE_S)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Yield a running server that is ended and removed afterwards."""
    with _running("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync") as made:
        yield made


@contextmanager
def replica(primary: Cluster) -> Iterator[Cluster]:
    """Yield a running server that follows `primary` by streaming; ended and removed afterwards."""
    server = f"host=127.0.0.1 port={primary.port} user=postgres"
    with _running("pg_basebackup", "-d", server, "-R", "-X", "stream", "-c", "fast", "--no-sync") as made:
        yield made


@contextmanager
def _running(program: str, *arguments: str) -> Iterator[Cluster]:
    """Let `program` make the data folder, and run a server on it."""
    with tempfile.TemporaryDirectory(prefix="holdfast-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account = _account()
        if account:
            os.chown(folder, account["user"], account["group"])
        command = [str(PROGRAMS / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **account)
        # The test's own folder may not be readable to the account; the socket lies beside the data.
        with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n")
            # What is killed here is processes, never the kernel, which keeps what they wrote.
            settings.write("shared_buffers = '32MB'\nwal_retrieve_retry_interval = '200ms'\nfsync = off\n")
        made = Cluster(folder, free_port())
        made.start()
        try:
            yield made
        finally:
            made.stop()


def _account() -> dict[str, Any]:
    """Return how a process is run as an account that PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port
