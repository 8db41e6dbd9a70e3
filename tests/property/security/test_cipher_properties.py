"""Any value comes back; whatever else a token is changed to, it is refused."""

import tempfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host.config import AppConfig
from host.security import FieldCipher, Keyring, KeyringError

KEYRING = Keyring.open(AppConfig(), Path(tempfile.mkdtemp()))
CIPHER = FieldCipher(KEYRING)
PLACE = "supplier.email"


@given(st.binary(max_size=400))
def test_any_value_comes_back_and_never_as_the_same_token(plain: bytes) -> None:
    token = CIPHER.encrypt(plain, PLACE)
    assert CIPHER.decrypt(token, PLACE) == plain
    assert CIPHER.encrypt(plain, PLACE) != token


@given(st.binary(max_size=60), st.data())
def test_any_flipped_bit_is_found(plain: bytes, data: st.DataObject) -> None:
    head, _, body = CIPHER.encrypt(plain, PLACE).rpartition(".")
    sealed = bytearray(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(KeyringError):
        CIPHER.decrypt(f"{head}.{urlsafe_b64encode(sealed).rstrip(b'=').decode()}", PLACE)


@given(st.text(max_size=20), st.data())
def test_any_changed_character_is_found(plain: str, data: st.DataObject) -> None:
    token = CIPHER.encrypt(plain.encode(), PLACE)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(KeyringError):
        CIPHER.decrypt(token[:place] + other + token[place + 1 :], PLACE)


@given(st.text(max_size=20), st.text(max_size=20).filter(lambda place: place != PLACE))
def test_a_token_of_another_column_is_refused(plain: str, place: str) -> None:
    with pytest.raises(KeyringError):
        CIPHER.decrypt(CIPHER.encrypt(plain.encode(), PLACE), place)


@given(st.text(max_size=60))
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(KeyringError):
        CIPHER.decrypt(text, PLACE)


@given(st.binary(max_size=30), st.integers(0, 60))
def test_a_cut_token_is_refused(plain: bytes, length: int) -> None:
    token = CIPHER.encrypt(plain, PLACE)
    with pytest.raises(KeyringError):
        CIPHER.decrypt(token[: min(length, len(token) - 1)], PLACE)


@given(st.text(max_size=40), st.text(max_size=40))
def test_blind_indexes_are_equal_exactly_for_equal_values(one: str, other: str) -> None:
    assert (CIPHER.index(one, PLACE) == CIPHER.index(other, PLACE)) == (one == other)
    assert CIPHER.index(one, PLACE) != CIPHER.index(one, "supplier.phone")
