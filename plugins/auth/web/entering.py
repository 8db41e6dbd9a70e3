"""The link that signs the demonstration's person in; it does nothing but in development on this machine."""

from starlette.responses import Response

from plugins.auth.problems import InputError
from plugins.auth.services.demo import Demo
from plugins.auth.web.gone import gone
from plugins.auth.web.steps import Steps
from plugins.auth.web.visit import Visit


class EnterPage:
    """Takes a link and leads on into the app."""

    def __init__(self, demo: Demo, steps: Steps) -> None:
        self._demo = demo
        self._steps = steps

    def __call__(self, visit: Visit) -> Response:
        """Answer a visit."""
        try:
            begun = self._demo.enter(visit.request.path_params["token"], visit.credentials)
        except InputError:
            return gone(visit, "gone")
        return self._steps.keep(visit.onward(), begun)
