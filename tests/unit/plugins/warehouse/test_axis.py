"""Axes of amounts: round numbers from zero, written as the reader's language writes them."""

import pytest

from plugins.warehouse.pages.axis import amount_axis, amount_labels, ticks


@pytest.mark.parametrize(
    ("largest", "found"),
    [
        (0, [0, 1]),
        (0.4, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (5_900, [0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000]),
        (296_498.45, [0, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000]),
        (300_000, [0, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000]),
        (1_300_000_000, [0, 500_000_000, 1_000_000_000, 1_500_000_000]),
    ],
)
def test_marks_are_round_and_reach_the_largest(largest: float, found: list[int]) -> None:
    assert ticks(largest) == found


def test_labels_stand_where_the_axis_has_its_lines() -> None:
    marks = ticks(296_498.45)
    axis = amount_axis(marks)
    assert (axis["min"], axis["max"], axis["interval"]) == (0, 300_000, 50_000)
    data = amount_labels(marks, "de", "start")["data"]
    assert [each["yAxis"] for each in data] == marks
    assert [each["label"]["formatter"] for each in data][-1] == "300.000"
    assert amount_labels(marks, "en", "end")["data"][-1]["label"]["formatter"] == "300,000"
