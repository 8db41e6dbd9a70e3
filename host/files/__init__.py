"""Files made for somebody: kept for a while, fetched by their owner only, gone by themselves."""

from host.files.store import FileStore, StoredFile

__all__ = ["FileStore", "StoredFile"]
