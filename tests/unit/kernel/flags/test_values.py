import math

import pytest

from host import Flag, ValidationError
from host.kernel.flags.values import checked, form_of, read, variable_of, written


def flag(default, **more) -> Flag:
    return Flag(name="shop.size", title="Size", default=default, owner="Olga", **more)


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [
        (True, "false", False), (True, " ON ", True), (True, "0", False), (False, "Yes", True),
        (3, "12", 12), (3, " -1 ", -1), (0.5, "2", 2.0), (0.5, "1e-3", 0.001), ("a", "", ""), ("a", " b ", " b "),
    ],
)  # fmt: skip
def test_text_is_read_as_the_flags_type(default, text, value):
    found = read(flag(default), text, "here")
    assert found == value
    assert type(found) is type(default)


@pytest.mark.parametrize(
    ("default", "text", "form"),
    [(True, "maybe", "true or false"), (3, "1.5", "a whole number"), (3, "many", "a whole number"),
     (0.5, "nan", "a number"), (0.5, "inf", "a number"), (0.5, "half", "a number")],
)  # fmt: skip
def test_another_text_is_refused_with_the_allowed_form(default, text, form):
    with pytest.raises(ValidationError) as error:
        read(flag(default), text, "FLAG_SHOP_SIZE (environment)")
    assert error.value.message == f"FLAG_SHOP_SIZE (environment): {text!r} is no value of flag shop.size."
    assert form in error.value.remedy


@pytest.mark.parametrize(
    ("default", "value"),
    [(True, 1), (1, True), (1, 1.0), (0.5, True), ("a", 1), (True, "true"), (True, None), (0.5, math.nan), ("a", [])],
)
def test_types_are_not_mixed(default, value):
    with pytest.raises(ValidationError):
        checked(flag(default), value, "the stored value")


def test_a_whole_number_is_a_number():
    assert type(checked(flag(0.5), 2, "here")) is float


def test_choices_are_kept_and_the_nearest_is_named():
    small = flag("small", choices=("small", "medium", "large"))
    assert read(small, "large", "here") == "large"
    with pytest.raises(ValidationError, match=r"Give one of small, medium, large\. Did you mean 'medium'"):
        read(small, "meduim", "here")


def test_a_text_too_long_is_refused():
    with pytest.raises(ValidationError, match="at most 2,000"):
        read(flag("a"), "x" * 2001, "here")


def test_people_read_what_they_would_write():
    assert [written(each) for each in (True, 3, 0.5, "a")] == ["true", "3", "0.5", "a"]
    assert form_of(flag(3, choices=(1, 2, 3))) == "one of 1, 2, 3"


def test_the_variable_follows_the_name():
    assert variable_of("warehouse.reach_estimate") == "FLAG_WAREHOUSE_REACH_ESTIMATE"
