"""Codes of an authenticator: the published test values, the tolerance, and no step twice."""

from datetime import UTC, datetime, timedelta

import pytest

from plugins.auth.services.recovery import ALPHABET, code_hash, is_code, new_codes
from plugins.auth.services.totp import matching_step, picture

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_values_of_rfc_6238(at: int, code: str) -> None:
    moment = datetime.fromtimestamp(at, UTC)
    assert matching_step(SECRET, code, moment, None) == at // 30
    assert matching_step(SECRET, code, moment, at // 30) is None
    assert matching_step(SECRET, code, moment + timedelta(seconds=30), at // 30 - 1) == at // 30
    assert matching_step(SECRET, code, moment + timedelta(seconds=90), None) is None


def test_recovery_codes_are_typed_as_people_type() -> None:
    codes = new_codes()
    assert len(set(codes)) == 10
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    for code in codes:
        assert is_code(code)
        assert is_code(f" {code.lower().replace('-', '  ')} ")
        assert code_hash("1", code) == code_hash("1", code.lower().replace("-", ""))
        assert code_hash("1", code) != code_hash("2", code)
    assert not is_code("123456")
    assert not is_code(codes[0][:-1])


def test_the_picture_is_one_element_on_white() -> None:
    drawn = picture("otpauth://totp/App:anna?secret=ABC&issuer=App")
    assert drawn.startswith("<svg")
    assert drawn.count("<svg") == 1
    assert "#fff" in drawn
