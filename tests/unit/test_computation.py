"""Two variants of a computation: chosen by the setting, apart in every key."""

import subprocess
import sys

import pytest

from host.computation import Computation
from tests.environments import CHECKOUT


def _mean(values: list[int]) -> float:
    return sum(values) / len(values)


def _first(values: list[int]) -> float:
    return float(values[0])


nested = Computation(lambda values: sorted(values, key=lambda each: -each))


def test_setting_chooses_the_variant() -> None:
    mean = Computation(_mean, fast=_first)
    assert mean.variant("accurate")([1, 2, 6]) == 3.0
    assert mean.variant("fast")([1, 2, 6]) == 1.0
    assert Computation(_mean).variant("fast")([1, 3]) == 2.0


def test_variants_never_share_a_key_and_keys_are_stable() -> None:
    mean = Computation(_mean, fast=_first)
    assert mean.key("fast") != mean.key("accurate")
    assert mean.key("fast") == Computation(_mean, fast=_first).key("fast")
    assert mean.key("accurate") != Computation(_first).key("accurate")


def test_key_is_the_same_in_another_process() -> None:
    code = "from tests.unit.test_computation import nested; print(nested.key('fast'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert other.stdout.strip() == nested.key("fast")


def test_variants_with_other_parameters_are_refused() -> None:
    with pytest.raises(TypeError, match="other parameters"):
        Computation(_mean, fast=lambda rows: 0.0)
