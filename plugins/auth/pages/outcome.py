"""How a change ended: told once when it was made, kept below its inputs when it was refused."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from host import HostError, PermissionDeniedError, ValidationError, current, text
from host.security.roles import RoleCycleError
from host.ui.design import literal
from plugins.auth.problems import InputError
from plugins.auth.values import Changed

_SAID: Final = "auth/said"
_SHOWN: Final = "auth/shown-once"


def attempt(
    name: str, work: Callable[[], Changed | None], said: str, *fields: str, about: tuple[str, ...] = ()
) -> bool:
    """Do `work` in a callback and tell how it ended; what was entered stays where it was refused.

    Args:
        name: of the inputs; a refusal is drawn by `refusal(name)`.
        said: what was done, as a sentence for the reader.
        fields: keys of the inputs; emptied when it was done, and what a refusal is about.
        about: keys of inputs that a refusal is about, too, and that stay as they are.
    """
    st.session_state.pop(f"{name}/refusal", None)
    try:
        changed = work()
    except (ValidationError, PermissionDeniedError) as error:
        entered = {key: st.session_state.get(key) for key in (*fields, *about)}
        st.session_state[f"{name}/refusal"] = (_words(error), entered)
        return False
    for key in fields:
        st.session_state[key] = _emptied(st.session_state.get(key))
    tell(said, changed)
    return True


def tell(said: str, changed: Changed | None = None) -> None:
    """Keep a sentence for the next run: one that is drawn right before a rerun is never seen."""
    missing = len(changed.unconfirmed) if changed is not None else 0
    if changed is None:
        st.session_state[_SAID] = (said, True)
    elif missing:
        waiting = text("auth.page.waiting" if missing > 1 else "auth.page.waiting.one", count=missing)
        st.session_state[_SAID] = (f"{said} {waiting}", False)
    else:
        st.session_state[_SAID] = (f"{said} {text('auth.page.in_force')}", True)


def announce(page: str) -> None:
    """Show the sentence that was kept, once; call it first on every page.

    Args:
        page: its path; what another page showed once is gone here.
    """
    shown = st.session_state.get(_SHOWN)
    if shown is not None and not shown[0].startswith(page):
        put_away()
    if kept := st.session_state.pop(_SAID, None):
        said, done = kept
        st.toast(literal(said), icon=":material/check:" if done else ":material/hourglass_top:")


def refusal(name: str) -> None:
    """Draw why the last attempt was refused, until the inputs hold something else."""
    kept = st.session_state.get(f"{name}/refusal")
    if kept is not None:
        words, entered = kept
        if all(st.session_state.get(key) == value for key, value in entered.items()):
            st.error(literal(words), icon=":material/error:")


def keep_secret(name: str, title: str, secret: str) -> None:
    """Keep a link or token that nobody can read again, to be shown at `name` until it is put away."""
    st.session_state[_SHOWN] = (name, title, secret)


def show_secret(name: str) -> bool:
    """Draw what `keep_secret` kept for `name`, with a button that puts it away; tell whether there was something."""
    kept = st.session_state.get(_SHOWN)
    if kept is None or kept[0] != name:
        return False
    with st.container(key=f"host-card-{name}/secret", gap="small"):
        st.success(literal(kept[1]), icon=":material/key:")
        st.code(kept[2], language=None, wrap_lines=True)
        st.button(text("auth.page.secret.done"), key=f"{name}/secret/done", on_click=put_away, type="primary")
    return True


def put_away() -> None:
    """Forget what was shown once."""
    st.session_state.pop(_SHOWN, None)


def _words(error: HostError) -> str:
    if isinstance(error, InputError):
        return error.render(current().language)
    if isinstance(error, RoleCycleError):
        return text("auth.page.roles.cycle", circle=" → ".join(error.circle))
    if isinstance(error, PermissionDeniedError):
        return text("auth.page.not_yours_to_give")
    return str(error)


def _emptied(value: object) -> object:
    return [] if isinstance(value, list) else "" if isinstance(value, str) else None
