"""From the first start to signing out everywhere, by hand."""

from playwright.sync_api import expect

from tests.e2e.auth.conftest import LOGIN, PASSWORD, code_of, setup_path
from tests.e2e.ui.test_accessibility import faults

NEW_PASSWORD = "quiet harbour sings at dusk"


def test_from_the_first_start_to_signing_out_everywhere(come, running_app):
    ada = come()
    link = setup_path(running_app)

    # A mail scanner looks at the link first: that uses nothing up.
    come().goes(link).heading("Set up Holdfast")
    ada.goes("/").heading("Sign in")
    ada.goes(link).heading("Set up Holdfast")
    assert faults(ada.reader) == []
    ada.types(name="Ada Lovelace", login="Ada", password=PASSWORD, again=PASSWORD)
    ada.presses("Make the account").is_in()
    come().goes(link).heading("This link can't be used any more")

    signs_out(ada).heading("Sign in").sees("You are signed out.")
    ada.signs_in(password="not her password").sees("Login name or password is wrong.")
    expect(ada.page.locator("#login")).to_have_value(LOGIN)
    expect(ada.page.locator("#password")).to_have_value("")
    ada.signs_in("nobody-of-this-name", "not her password").sees("Login name or password is wrong.")
    ada.signs_in(login="ADA").is_in()

    secret, recovery = turns_the_second_factor_on(ada)
    signs_out(ada).signs_in().heading("Enter the code")
    ada.types(code="000000").presses("Go on").sees("This code does not count.")
    ada.types(code=code_of(secret, 1)).presses("Go on").is_in()

    phone = come(width=390, height=844, has_touch=True)
    phone.goes("/").signs_in().heading("Enter the code").follows("Use a recovery code instead")
    assert faults(phone.reader) == []
    phone.types(code=recovery.lower()).presses("Go on").is_in()

    ada.goes("/x/auth/account/password").heading("Change the password")
    ada.types(old=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD).presses("Change the password")
    ada.sees("The new password is set.").follows("Back to the app").is_in()
    phone.goes("/").heading("Sign in")


def turns_the_second_factor_on(visitor):
    visitor.goes("/x/auth/account/second-factor").heading("Second factor").presses("Set it up")
    secret = visitor.heading("Set up the second factor").page.locator(".secret").inner_text()
    visitor.types(code="000000").presses("Turn it on").sees("That did not work")
    assert visitor.page.locator(".secret").inner_text() == secret
    visitor.types(code=code_of(secret)).presses("Turn it on").heading("Your recovery codes")
    codes = visitor.page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    assert faults(visitor.reader) == []
    visitor.follows("I have saved them").is_in()
    return secret, codes[0]


def signs_out(visitor):
    """Open the account menu of the app and sign out there."""
    visitor.goes("/").is_in()
    visitor.page.locator(".st-key-host-account button").first.click()
    return visitor.presses("Sign out")
