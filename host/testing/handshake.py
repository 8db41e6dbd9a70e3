"""What a browser's connection tells the app, for Streamlit's test runner, which knows no connection of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from streamlit.runtime import context as streamlit_context


@dataclass(frozen=True)
class Handshake:
    """Read by `st.context`.

    Args:
        headers: pairs, as the gate injects them.
        cookies: of the browser.
    """

    headers: Sequence[tuple[str, str]]
    cookies: Mapping[str, str] = field(default_factory=dict)
    remote_ip: str = "127.0.0.1"

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let `st.context` answer with this handshake for the block, in callbacks as in the script."""
        with mock.patch.object(streamlit_context, "_get_client_context", return_value=self):
            yield
