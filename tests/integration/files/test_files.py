"""Files made for somebody: their owner gets them, everybody else the same nothing, and in the end they are gone."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import func, select, update

from host.contracts.principal import Principal
from host.data import FolderBlobs
from host.data.access_tables import FileRow
from host.data.actor import Actor
from host.data.database import Database
from host.data.protection.tables import LegalHoldRow
from host.errors import ValidationError
from host.files import FileStore, StoredFile
from host.files.cleaning import count_expired, remove_expired
from host.security.events import SecurityEvent
from host.testing import HostApp
from host.testing.principals import reader
from tests.attacks import attack

ANN = Principal("ann", "Ann", permissions=frozenset({"warehouse.export"}), session="s1")
BOB = reader("*", user_id="bob")


def store_for(database: Database, folder: Path, user: str = "ann") -> FileStore:
    return FileStore(database, FolderBlobs(folder / "blobs"), lambda: Actor(user, user.title()))


def blobs_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").rglob("*") if path.is_file()]


def expire(database: Database, *files: StoredFile) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    with database.begin() as unit:
        for row in unit.session.scalars(select(FileRow).where(FileRow.id.in_([each.id for each in files]))):
            row.expires_at = past


@pytest.fixture
def offered(host_app: HostApp) -> StoredFile:
    """A file of Ann's that needs a permission."""
    with host_app.context(ANN):
        files: FileStore = host_app.application.host.files()
        return files.offer("Übersicht.html", [b"<script>alert(1)</script>"], "text/html", permission="warehouse.export")


@pytest.fixture
def noted(host_app: HostApp) -> list[SecurityEvent]:
    """The security events of the test."""
    heard: list[SecurityEvent] = []
    host_app.application.host.security_events().listen(heard.append)
    return heard


app = pytest.mark.holdfast(["home"])


@attack("a file with a page in it", "a download in a sandbox, nothing runs")
@app
def test_the_owner_gets_it_and_nothing_in_it_can_run(
    host_app: HostApp, offered: StoredFile, noted: list[SecurityEvent]
):
    answer = host_app.client(ANN).get(offered.path)
    assert (answer.status_code, answer.content) == (200, b"<script>alert(1)</script>")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%C3%9Cbersicht.html" in answer.headers["content-disposition"]
    assert answer.headers["content-type"] == "text/html"
    plain = host_app.client(ANN).get(offered.path, headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-length"] == "25"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "no-store"
    assert [(each.kind, each.user_id, each.session) for each in noted] == [("files.fetched", "ann", "s1")] * 2


@app
def test_head_answers_without_content(host_app: HostApp, offered: StoredFile):
    answer = host_app.client(ANN).request("HEAD", offered.path, headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "25")


@attack("another user's file, by its id", "404, as for a file that is none, and an event")
@app
def test_everybody_else_gets_what_a_file_that_is_none_gives(
    host_app: HostApp, offered: StoredFile, noted: list[SecurityEvent]
):
    def answered(principal: Principal, path: str) -> tuple[int, str, set[str]]:
        answer = host_app.client(principal).get(path)
        text = answer.text.replace(answer.headers["x-request-id"], "")
        return answer.status_code, text, set(answer.headers)

    nothing = answered(BOB, "/files/" + "0" * 32)
    assert nothing[0] == 404
    assert answered(BOB, offered.path) == nothing
    assert answered(reader(user_id="ann"), offered.path) == nothing, "the permission was taken away"
    viewing = Principal("ann", "Ann", permissions=frozenset({"*"}), viewed_by="olga")
    assert answered(viewing, offered.path) == nothing, "who looks through somebody's eyes takes no file along"
    expire(host_app.application.host.database(), offered)
    assert answered(ANN, offered.path) == nothing, "it has expired"
    assert {each.kind for each in noted} == {"files.denied"}
    assert [each.user_id for each in noted] == ["bob", "bob", "ann", "olga", "ann"]
    assert [each.detail["why"] for each in noted][1:4] == [
        "it is somebody else's", "lacks warehouse.export", "seen through another person's eyes",
    ]  # fmt: skip


@attack("ids of files that are none", "404")
@app
@pytest.mark.parametrize("path", ["/files/", "/files/a/b", "/files/%2e%2e", "/files/" + "x" * 5000])
def test_addresses_that_are_none(host_app: HostApp, path: str):
    assert host_app.client(BOB).get(path).status_code in {404, 400}


@app
def test_a_file_of_a_plugin_that_is_out_is_gone(host_app: HostApp):
    with host_app.context(ANN, plugin="removed"):
        file = host_app.application.host.files().offer("a.txt", [b"a"], "text/plain")
    assert host_app.client(ANN).get(file.path).status_code == 404


@attack("a file without a session", "401")
@app
def test_nobody_gets_in_without_signing_in(host_app: HostApp, offered: StoredFile):
    nobody = Principal("gone", "")
    client = host_app.client(nobody)
    host_app.principals.known.pop("gone")
    assert client.get(offered.path).status_code in {401, 303, 302}


@app
def test_a_lost_blob_is_a_404_too(host_app: HostApp, offered: StoredFile):
    host = host_app.application.host
    with host.database().begin(readonly=True) as unit:
        host.blobs().delete(unit.session.get_one(FileRow, offered.id).blob_id)
    assert host_app.client(ANN).get(offered.path).status_code == 404


def test_content_comes_from_chunks_or_a_path_of_any_size(database: Database, tmp_path: Path):
    store = store_for(database, tmp_path)
    big = tmp_path / "big.bin"
    big.write_bytes(b"0123456789" * 1_000_000)
    from_path = store.offer("big.bin", big, "application/x-y")
    from_chunks = store.offer("empty.txt", iter(()), "text/plain", keep_hours=1)
    assert b"".join(store.read(from_path)) == big.read_bytes()
    assert (from_path.size, from_chunks.size) == (10_000_000, 0)
    assert b"".join(store.read(from_chunks)) == b""
    found = store.find(from_path.id)
    assert found is not None
    assert (found.owner, found.name) == ("ann", "big.bin")


def test_what_cannot_be_kept_leaves_nothing(database: Database, tmp_path: Path):
    store = store_for(database, tmp_path)
    for hours in (0, -1, 24 * 31 + 1):
        with pytest.raises(ValidationError, match="keep_hours"):
            store.offer("a", [b"a"], "text/plain", keep_hours=hours)
    with pytest.raises(ValidationError, match="larger than 10 bytes"):
        store.offer("a", [b"123456", b"789012"], "text/plain", most_bytes=10)

    def broken() -> object:
        yield b"half"
        raise OSError("the source failed")

    with pytest.raises(OSError, match="the source failed"):
        store.offer("a", broken(), "text/plain")  # type: ignore[arg-type]
    with database.begin(), pytest.raises(ValidationError, match="inside a unit of work"):
        store.offer("a", [b"a"], "text/plain")
    assert blobs_in(tmp_path) == []
    with database.begin(readonly=True) as unit:
        assert unit.session.scalar(select(func.count()).select_from(FileRow)) == 0


def test_killed_between_row_and_content_leaves_a_row_that_expires(database: Database, tmp_path: Path):
    store = store_for(database, tmp_path)
    with mock.patch.object(FolderBlobs, "put", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        store.offer("a", [b"a"], "text/plain")
    with database.begin() as unit:
        (row,) = unit.session.scalars(select(FileRow)).all()
        found = store.find(row.id)
        row.expires_at = datetime.now(UTC) - timedelta(minutes=1)
    assert found is not None
    with pytest.raises(FileNotFoundError):
        store.read(found)
    assert remove_expired(database, FolderBlobs(tmp_path / "blobs")) == 1


def test_cleaning_removes_expired_files_and_equal_ones_stay(database: Database, tmp_path: Path):
    store, blobs = store_for(database, tmp_path), FolderBlobs(tmp_path / "blobs")
    old, young = (store.offer("same.txt", [b"the same content"], "text/plain") for _ in range(2))
    others = blobs.put([b"the same content"])
    expire(database, old)
    assert count_expired(database) == 1
    assert remove_expired(database, blobs) == 1
    assert remove_expired(database, blobs) == 0
    assert store.find(old.id) is None
    assert b"".join(store.read(young)) == b"the same content"
    assert blobs.open(others.id).read() == b"the same content"
    assert len(blobs_in(tmp_path)) == 2


def test_several_cleaners_and_a_reader_at_once(database: Database, tmp_path: Path):
    store, blobs = store_for(database, tmp_path), FolderBlobs(tmp_path / "blobs")
    files = [store.offer(f"{number}.txt", [b"x" * 200_000], "text/plain") for number in range(12)]
    kept = store.offer("kept.txt", [b"kept"], "text/plain")
    reading = store.read(files[0])
    first = next(reading)
    expire(database, *files)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(remove_expired(database, blobs))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(counts) == 12
    assert len(first + b"".join(reading)) == 200_000, "whoever reads reads on to the end"
    assert b"".join(store.read(kept)) == b"kept"
    assert len(blobs_in(tmp_path)) == 1


def test_a_legal_hold_keeps_a_file(database: Database, tmp_path: Path):
    store, blobs = store_for(database, tmp_path), FolderBlobs(tmp_path / "blobs")
    held, free = store.offer("a", [b"a"], "text/plain"), store.offer("b", [b"b"], "text/plain")
    expire(database, held, free)
    with database.begin() as unit:
        hold = {"table_name": "host_file", "row_key": held.id, "reason": "case 7", "placed_by": "olga"}
        unit.session.add(LegalHoldRow(**hold, placed_at=datetime.now(UTC)))
    assert remove_expired(database, blobs) == 1
    with database.begin(readonly=True) as unit:
        assert unit.session.get(FileRow, held.id) is not None
    with database.begin() as unit:
        unit.session.execute(update(LegalHoldRow).values(row_key=None))
    assert count_expired(database) == 0
