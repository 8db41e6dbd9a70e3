from datetime import UTC, date, datetime

import pytest

from host import Flag, PluginError
from host.kernel.flags.declaration import check_flags

GOOD = {"name": "shop.size", "title": "Size", "default": "small", "owner": "Olga"}


def test_good_flags_pass():
    check_flags("shop", [Flag(**GOOD, expires=date(2027, 1, 1)), Flag(**{**GOOD, "name": "shop.other"})])


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"name": "size"}, "no name of this plugin's"),
        ({"name": "shopping.size"}, "no name of this plugin's"),
        ({"name": "shop.Size"}, "no name of this plugin's"),
        ({"name": "shop." + "s" * 200}, "no name of this plugin's"),
        ({"default": None}, "NoneType"),
        ({"default": ["small"]}, "list"),
        ({"default": float("nan")}, "its default"),
        ({"owner": " "}, "names no owner"),
        ({"title": ""}, "names no title"),
        ({"choices": ("large",)}, "its default"),
        ({"choices": ("small", 3)}, "another type"),
        ({"expires": datetime(2027, 1, 1, tzinfo=UTC)}, "give a day"),
    ],
)
def test_a_fault_is_named(wrong, fault):
    with pytest.raises(PluginError, match=fault):
        check_flags("shop", [Flag(**{**GOOD, **wrong})])
