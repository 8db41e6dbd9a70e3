"""The manual of attacks says what the tests do."""

from tests.attacks import MANUAL, attacks, with_attacks


def test_the_manual_lists_every_attack() -> None:
    document = MANUAL.read_text(encoding="utf-8")
    assert document == with_attacks(document), "run `make docs`"


def test_every_attack_says_what_is_tried_and_what_comes_of_it() -> None:
    assert all(each.area and each.attempt and each.expected for each in attacks())
