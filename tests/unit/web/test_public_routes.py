"""Only what says that it is public is, for its own methods."""

import pytest

from host.contributions import Route
from host.kernel.registry import Owned
from host.web.public_routes import PublicRoutes


def owned(path, methods=("GET",), *, public=True):
    return Owned("door", "1.0", Route(path=path, endpoint=str, permission="x", methods=methods, public=public))


ROUTES = PublicRoutes.of(
    [owned("/in", ("GET", "POST")), owned("/reset/{token}"), owned("/me", public=False), owned("/only", ("POST",))]
)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x/door/in"), ("HEAD", "/x/door/in"), ("POST", "/x/door/in"), ("GET", "/x/door/reset/a"),
     ("POST", "/x/door/only")],
)  # fmt: skip
def test_what_is_public(method, path):
    assert ROUTES.answers(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x/door/me"), ("PUT", "/x/door/in"), ("POST", "/x/door/reset/a"), ("GET", "/x/door/reset/a/b"),
     ("GET", "/x/other/in"), ("GET", "/x/door/in/"), ("GET", "/x/door/only"), ("HEAD", "/x/door/only"),
     ("GET", "/x/door/in\n"), ("GET", "/in")],
)  # fmt: skip
def test_what_is_not(method, path):
    assert not ROUTES.answers(method, path)
