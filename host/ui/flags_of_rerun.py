"""One view of the feature flags for a whole rerun: its callbacks, its script and the fragments that it draws."""

import threading
from typing import Final
from weakref import WeakKeyDictionary

from host.contracts.principal import Principal
from host.kernel.application import Application
from host.kernel.flags.subject import Subject
from host.kernel.flags.view import FlagView
from host.web.streamlit_adapter import this_rerun

_views: Final[WeakKeyDictionary[object, FlagView]] = WeakKeyDictionary()
"""By Streamlit's rerun; gone with it."""
_lock: Final = threading.Lock()


def flags_of_rerun(application: Application, principal: Principal) -> FlagView:
    """Return the flags for `principal`, the same at every call within a rerun."""
    rerun = this_rerun()
    with _lock:
        found = _views.get(rerun)
        if found is None or found.subject != Subject.of(principal):
            found = _views[rerun] = application.feature_flags.view(principal)
        return found
