"""The `text` façade: a key's text in the reader's language, from the host's own catalogues and the plugins'."""

from pathlib import Path
from typing import Any, Final

from host.kernel.application import Application
from host.kernel.context import current
from host.texts import Texts, load_catalogues

OWN: Final = Path(__file__).parent / "texts"
_built: dict[str, Texts] = {}
"""By the application's marker; a process has one application at a time."""


def texts_of(application: Application) -> Texts:
    """Return every text of `application`; read once, since catalogues don't change while it runs."""
    found = _built.get(application.marker)
    if found is None:
        _built.clear()
        catalogues = [*load_catalogues(OWN), *(owned.value for owned in application.catalogues)]
        found = _built[application.marker] = Texts(catalogues)
    return found


def text(key: str, **fields: Any) -> str:
    """Return the text of `key` in the language of this run; a text without key is returned as it is.

    Args:
        key: such as ``"warehouse.articles.title"``.
        fields: fill the text's ``{fields}``.

    Raises:
        NoContextError: called outside a run.
    """
    context = current()
    return texts_of(context.application).lookup(context.language, key, **fields)
