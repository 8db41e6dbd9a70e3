"""The pages as the menu lists them."""

from collections.abc import Sequence

from host import Page


def pages() -> Sequence[Page]:
    """Return every page of the plugin."""
    return ()
