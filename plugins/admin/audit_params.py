"""What the address of the audit page holds: which records, and which version is about to be restored."""

from datetime import date

from pydantic import BaseModel, Field


class AuditParams(BaseModel):
    """Records that are shown; with `table` and `key` the history of one.

    Args:
        q: part of a key or value.
        run: correlation id.
        since: first day.
        until: last day.
        before: read on after this record.
        version: the version whose restoring is previewed.
        personal: personal data is asked for unmasked.
    """

    q: str = Field("", max_length=200)
    user: str = Field("", max_length=200)
    table: str = Field("", max_length=200)
    key: str = Field("", max_length=400)
    action: str = Field("", max_length=20)
    plugin: str = Field("", max_length=100)
    run: str = Field("", max_length=200)
    since: date | None = None
    until: date | None = None
    before: int | None = None
    version: int | None = None
    personal: bool = False

    def narrowed(self, **changes: object) -> dict[str, object]:
        """Return the address of this list but for `changes`, from its newest record on."""
        values = {**self.model_dump(exclude={"before", "version"}), **changes}
        return {name: _plain(value) for name, value in values.items() if value not in ("", None, False)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
