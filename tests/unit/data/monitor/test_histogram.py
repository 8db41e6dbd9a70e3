import random
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host.data.monitor.histogram import RELATIVE_ERROR, Histogram, bucket_of

durations = st.lists(st.floats(2e-6, 100.0), min_size=1, max_size=200)


def histogram(values: list[float]) -> Histogram:
    counted = Histogram()
    for value in values:
        bucket = bucket_of(value)
        counted.counts[bucket] = counted.counts.get(bucket, 0) + 1
    return counted


@given(values=durations, share=st.sampled_from([0.5, 0.95, 0.99, 1.0]))
@settings(max_examples=200, deadline=None)
def test_a_quantile_is_within_the_stated_error(values: list[float], share: float):
    rank = max(1, -(-len(values) * share // 1))
    true = sorted(values)[int(rank) - 1]
    assert abs(histogram(values).quantile(share) / true - 1) <= RELATIVE_ERROR * 1.001


@given(one=durations, other=durations)
@settings(max_examples=100, deadline=None)
def test_merging_equals_counting_together(one: list[float], other: list[float]):
    merged = histogram(one)
    merged.merge(histogram(other))
    assert merged.counts == histogram(one + other).counts


def test_what_json_holds_is_the_same_histogram():
    counted = histogram([random.uniform(0.001, 1.0) for _ in range(100)])
    assert Histogram.decode(counted.encode()).counts == counted.counts


def test_nothing_counted_is_nothing_taken():
    assert Histogram().quantile(0.95) == 0.0


@pytest.mark.parametrize("seconds", [0.0, 1e-9, 1e9])
def test_extremes_have_a_bucket(seconds: float):
    assert histogram([seconds]).quantile(0.5) > 0


def test_the_median_of_many_is_near_the_median():
    values = [random.lognormvariate(-6, 1) for _ in range(5000)]
    assert histogram(values).quantile(0.5) == pytest.approx(statistics.median(values), rel=2 * RELATIVE_ERROR)
