"""A function page with parameters, and a class page with events."""

from dataclasses import dataclass

import streamlit as st

from host import Principal, action, back, block, fragment, navigate, text


@dataclass(frozen=True)
class Params:
    word: str = "nothing"


def overview(lines, params: Params, principal: Principal):
    st.write(text("frozen.greeting", name=principal.name, word=params.word))
    st.text_input(text("frozen.line"), key="frozen/text")
    st.button(text("frozen.add"), key="frozen/add", on_click=action(add, permission="frozen.write"), args=(lines,))
    st.button(text("frozen.go"), key="frozen/go", on_click=action(go))
    with block("frozen.lines"):
        listed(lines)


@fragment
def listed(lines):
    for line in lines.all():
        st.text(line)


def add(lines):
    lines.write(st.session_state["frozen/text"])


def go():
    navigate("frozen/detail", word="rope")


class Detail:
    def __init__(self, lines, params: Params):
        self.lines, self.params = lines, params

    def render(self):
        st.write(f"detail of {self.params.word}")
        st.button(text("frozen.back"), key="frozen/detail/back", on_click=action(back))

    def on_event(self, event):
        self.lines.life.append(f"{event.kind} {event.page}")
