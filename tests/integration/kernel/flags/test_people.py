"""Operators name people as they sign in; rules go by ids, so that a new name changes nothing."""

import pytest

from host import ValidationError
from host.kernel.flags.people import named_person, user_ids
from host.testing import HostApp


@pytest.fixture
def signed(make_host_app, shop) -> HostApp:
    return make_host_app(["auth", "shop"])


def test_sign_in_names_become_ids_and_others_are_refused(signed: HostApp):
    with signed.context():
        anna = signed.services("auth").users.add("anna", "Anna", roles=("viewer",))
    application = signed.application
    # The test kit's own principals have no sign-in names: ask the plugin itself.
    application.authenticator = signed.principals.behind
    assert user_ids(application, [" anna ", anna.id]) == {anna.id}
    assert named_person(application, "anna").roles == {"viewer"}
    with pytest.raises(ValidationError, match="no active user 'otto'"):
        user_ids(application, ["anna", "otto"])


def test_without_sign_in_names_are_ids(app: HostApp):
    assert user_ids(app.application, ["anna"]) == {"anna"}
