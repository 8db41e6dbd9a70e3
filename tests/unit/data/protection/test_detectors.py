"""What looks like personal data, and what only resembles it."""

import time

import pytest

from host.data.protection.detectors import is_card, is_iban, kind_of_name, kinds_of_value


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("ann@example.com", {"email"}),
        ("please ask ann.smith@mail.example.com about it", {"email"}),
        ("DE89 3704 0044 0532 0130 00", {"iban"}),
        ("DE89370400440532013000", {"iban"}),
        ("pay to GB82 WEST 1234 5698 7654 32 TODAY PLEASE", {"iban"}),
        ("DE88370400440532013000", set()),
        ("+49 30 1234567", {"phone"}),
        ("(030) 1234567", {"phone"}),
        ("030/1234567", {"phone"}),
        ("0301234567", set()),
        ("4111 1111 1111 1111", {"card"}),
        ("4111111111111112", set()),
        ("4006381333931", set()),  # an EAN
        ("123-45-6789", {"id"}),
        ("192.168.0.17", {"ip"}),
        ("999.168.0.17", set()),
        ("2026-11-21", set()),
        ("A-100 / 20 pcs", set()),
        ("@home", set()),
        ("", set()),
    ],
)
def test_values(text: str, kinds: set[str]) -> None:
    assert kinds_of_value(text) == kinds


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("email", "email"),
        ("contactEmail", "email"),
        ("e_mail_private", "email"),
        ("phone_number", "phone"),
        ("bank_account", "iban"),
        ("last_name", "name"),
        ("date_of_birth", "birth"),
        ("zip_code", "address"),
        ("ip_address", "ip"),
        ("name", None),
        ("mailbox_size", None),
        ("description", None),
        ("shipping", None),
        ("article_number", None),
    ],
)
def test_names(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


def test_check_digits() -> None:
    assert is_iban("FR14 2004 1010 0505 0001 3M02 606")
    assert not is_iban("FR14 2004 1010 0505 0001 3M02 607")
    assert is_card("5500 0000 0000 0004")
    assert not is_card("5500 0000 0000 0005")


@pytest.mark.parametrize("text", ["a" * 100_000, "a@" * 50_000, "+1 " * 40_000, "DE89 " * 30_000, "a." * 40_000 + "@"])
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    kinds_of_value(text)
    assert time.process_time() - began < 2
