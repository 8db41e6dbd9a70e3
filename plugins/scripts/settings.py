"""What operators write below ``[plugins.scripts.settings]``; paths are judged in `catalogue`, not here."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


def _permission(name: str) -> str:
    if not re.fullmatch(r"scripts(\.[a-z0-9_]+)+", name):
        raise ValueError("a script's permission is written as scripts.<what>, such as scripts.finance")
    return name


PagePath = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*$")]
PermissionName = Annotated[str, AfterValidator(_permission)]


class Entry(BaseModel):
    """What a page and a folder have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: PagePath | None = None
    """Page path below ``scripts/``; made from the file's name when absent."""
    section: str = "scripts.section"
    """Section of the menu: a text key or plain text."""
    icon: str | None = None
    """A Material symbol, ``":material/bar_chart:"``, or an emoji."""
    permission: PermissionName | None = None
    """Needed to see and run it: ``scripts.<what>``; the plugin declares it."""
    order: int = 100
    """Position within the section, small first."""


class PageEntry(Entry):
    """One script."""

    file: str
    """The script, relative to the project folder or absolute."""
    title: str | None = None
    """Text key or plain text; made from the file's name when absent."""
    arguments: tuple[str, ...] = ()
    """What the script finds in ``sys.argv`` after its own name."""


class FolderEntry(Entry):
    """A folder: a main script with Streamlit's ``pages/`` beside it, or any number of scripts."""

    folder: str
    """The folder, relative to the project folder or absolute."""
    main: str | None = None
    """File name of the main script; ``streamlit_app.py``, ``app.py``, ``main.py``, ``home.py`` are found."""


def _as_table(value: Any) -> Any:
    return {"folder": value} if isinstance(value, str) else value


class ScriptsSettings(BaseModel):
    """The plugin's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pages: tuple[PageEntry, ...] = ()
    """Single scripts."""
    folders: tuple[Annotated[FolderEntry, BeforeValidator(_as_table)], ...] = Field(default=())
    """Folders of scripts; a plain string is the folder."""
