"""Keeps files for their owners: who offers one, owns it; who asks for another's, finds nothing."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host.contracts.blobs import BlobStore
from host.data.access_tables import FileRow
from host.data.actor import ActorSource
from host.data.clock import now
from host.data.database import Database
from host.data.unit_of_work import UnitOfWork
from host.errors import ValidationError
from host.files import content
from host.files.names import media_type as known_media_type
from host.files.names import safe_name

LONGEST_KEEP_HOURS: Final = 24 * 31
MOST_BYTES: Final = 2 << 30
"""Bytes of the largest file."""


@final
@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that its owner can fetch.

    Args:
        name: as the browser will save it.
        owner: user id.
        permission: needed besides, at the moment of the fetch.
        plugin: whose code made it; while that plugin is out nobody fetches it.
    """

    id: str
    name: str
    media_type: str
    size: int
    owner: str
    permission: str | None
    plugin: str | None
    expires_at: datetime

    @property
    def path(self) -> str:
        """Where it is fetched."""
        return f"/files/{self.id}"


@final
class FileStore:
    """Takes files from pages, services and jobs, and hands them out to the route.

    Args:
        actor: says who acts, and so who owns what is offered.
    """

    def __init__(self, database: Database, blobs: BlobStore, actor: ActorSource) -> None:
        self._database = database
        self._blobs = blobs
        self._actor = actor

    def offer(
        self,
        name: str,
        chunks_or_path: Iterable[bytes] | Path,
        media_type: str,
        *,
        permission: str | None = None,
        keep_hours: float = 24,
        most_bytes: int = MOST_BYTES,
    ) -> StoredFile:
        """Keep a file for whoever acts, and return it with its address.

        Args:
            name: shown to the browser; paths and characters that file systems refuse are taken out.
            chunks_or_path: the content, or a file to copy.
            media_type: ``"text/csv"``; one that is none becomes ``application/octet-stream``.
            permission: what the owner must still hold when fetching it: the one that the content needs.
            keep_hours: hours until it expires, at most 31 days.
            most_bytes: refuse more than this.

        Raises:
            ValidationError: it is too large, shall be kept for no time or too long, or is offered inside a unit of
                work, whose rollback would leave the content behind; nothing is kept then.
        """
        if self._database.current() is not None:
            what = "A file was offered inside a unit of work, whose rollback would leave its content behind."
            raise ValidationError(what, remedy="Offer it before or after.")
        if not 0 < keep_hours <= LONGEST_KEEP_HOURS:
            raise ValidationError(f"keep_hours must be above 0 and at most {LONGEST_KEEP_HOURS}, not {keep_hours}.")
        file_id = uuid.uuid4().hex
        with content.gathered(file_id, chunks_or_path, most_bytes) as (spool, blob_id, size):

            def enter(unit: UnitOfWork) -> StoredFile:
                row = self._row(unit.session, permission, timedelta(hours=keep_hours))
                row.id, row.blob_id, row.size = file_id, blob_id, size
                row.name, row.media_type = safe_name(name), known_media_type(media_type)
                unit.session.add(row)
                return _stored(row)

            # The row first: killed in between leaves a row that expires, never a blob that nobody knows.
            stored = self._database.run_tx(enter)
            self._blobs.put(content.rewound(spool))
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """Return a file that has not expired; whoever calls it decides who may have it."""
        with self._database.begin(readonly=True) as unit:
            row = unit.session.get(FileRow, file_id)
            return _stored(row) if row is not None and row.expires_at > now(unit.session) else None

    def read(self, file: StoredFile) -> Iterator[bytes]:
        """Return the content, opened at once.

        Raises:
            FileNotFoundError: it is gone, or not whole yet.
        """
        with self._database.begin(readonly=True) as unit:
            blob_id = unit.session.scalar(select(FileRow.blob_id).where(FileRow.id == file.id))
        if blob_id is None:
            raise FileNotFoundError(f"no file {file.id}")
        return content.read(self._blobs, blob_id)

    def _row(self, session: Session, permission: str | None, keep: timedelta) -> FileRow:
        actor, moment = self._actor(), now(session)
        return FileRow(
            owner=actor.user_id,
            plugin=actor.plugin,
            permission=permission,
            created_at=moment,
            expires_at=moment + keep,
        )


def _stored(row: FileRow) -> StoredFile:
    return StoredFile(row.id, row.name, row.media_type, row.size, row.owner, row.permission, row.plugin, row.expires_at)
