"""A browser that lies: it speaks Streamlit's protocol over a real WebSocket and sends whatever a test makes up."""

import json
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.integration.raw import BINARY, Socket


@dataclass
class Conversation:
    """One WebSocket and what the app has drawn on it.

    Args:
        texts: of elements that hold plain text, in the order drawn by the last run.
    """

    socket: Socket
    query: str
    ids: dict[str, str] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def open(self) -> "Conversation":
        """Run the page as a browser does after connecting."""
        return self.send()

    def id_of(self, key: str) -> str:
        """Return the id of the widget that the page gave `key`."""
        return self.ids[key]

    def send(self, *states: WidgetState, fragment: str = "") -> "Conversation":
        """Ask for a rerun with made-up widget states and read until it has ended."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.widget_states.widgets.extend(states)
        message.rerun_script.fragment_id = fragment
        self.socket.write(BINARY, message.SerializeToString())
        self.texts = []
        for each in self.socket.messages():
            if each.HasField("delta"):
                self._drawn(each)
            if each.WhichOneof("type") == "script_finished":
                return self
        raise AssertionError("the run did not end")

    def state(self, key: str, **value: Any) -> WidgetState:
        """Return a state for the widget `key`: ``string_value="…"``, ``trigger_value=True``, …"""
        state = WidgetState(id=self.ids.get(key, key))
        for name, each in value.items():
            target = getattr(state, name)
            if hasattr(target, "data"):
                target.data.extend(each)
            else:
                setattr(state, name, each)
        return state

    def told(self) -> Any:
        """Return what the page under test wrote down as JSON."""
        return json.loads(next(text for text in self.texts if text.startswith("{")))

    def _drawn(self, message: Any) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        inner = getattr(element, kind) if kind else None
        widget_id = str(getattr(inner, "id", ""))
        if widget_id:
            # $$ID-<hash>-<key>
            key = widget_id.split("-", 2)[2] if widget_id.count("-") >= 2 else widget_id
            self.ids[key] = widget_id
            if message.delta.fragment_id:
                self.fragments[key] = message.delta.fragment_id
        if kind in {"text", "markdown", "alert", "html"}:
            self.texts.append(str(getattr(inner, "body", "")))
