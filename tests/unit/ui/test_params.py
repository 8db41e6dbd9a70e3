"""Typed page parameters: what fits, what is left out with which words, what can't be done without."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, model_validator

from host.ui.params import ParamsError, annotation, encode, parse


class Colour(Enum):
    RED = "red"


class Filter(BaseModel):
    model_config = ConfigDict(extra="forbid")
    q: str = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20
    sort: Literal["name", "stock"] = "name"
    tags: list[str] = []
    low: int = 0
    high: int = 9

    @model_validator(mode="after")
    def ordered(self) -> "Filter":
        if self.low > self.high:
            raise ValueError("low above high")
        return self


@dataclass
class Record:
    id: int
    since: date | None = None
    ids: tuple[int, ...] = field(default_factory=tuple)


def test_values_are_typed() -> None:
    parsed = parse(Filter, {"q": ["a"], "size": ["5"], "tags": ["x", "y"]})
    assert parsed.value == Filter(q="a", size=5, tags=["x", "y"])
    assert parsed.problems == ()


def test_one_value_makes_a_list_where_a_list_is_wanted() -> None:
    assert parse(Filter, {"tags": ["x"]}).value.tags == ["x"]
    assert parse(Record, {"id": ["1"], "ids": ["4"]}).value.ids == (4,)


def test_what_does_not_fit_is_left_out_and_named() -> None:
    parsed = parse(Filter, {"size": ["0"], "sort": ["colour"], "nonsense": ["1"], "q": ["kept"]})
    assert parsed.value == Filter(q="kept")
    assert {(p.name, p.given, p.kind) for p in parsed.problems} == {
        ("size", "0", "greater_than_equal"),
        ("sort", "colour", "literal_error"),
        ("nonsense", "1", "extra_forbidden"),
    }


def test_a_rule_over_several_parameters_falls_back_to_the_defaults() -> None:
    parsed = parse(Filter, {"low": ["5"], "high": ["1"]})
    assert parsed.value == Filter()
    assert {problem.name for problem in parsed.problems} == {"low", "high"}


def test_a_needed_parameter_that_is_missing_or_unusable_is_named() -> None:
    with pytest.raises(ParamsError, match="id"):
        parse(Record, {})
    with pytest.raises(ParamsError, match="id"):
        parse(Record, {"id": ["x"]})


def test_a_page_may_take_the_raw_parameters_or_none() -> None:
    def page(params: Filter) -> None: ...

    def bare() -> None: ...

    assert annotation(page) is Filter
    assert annotation(bare) is None
    assert parse(None, {"q": ["a"]}).value == {"q": "a"}


def test_encoding_is_what_parsing_reads() -> None:
    number = uuid.UUID(int=5)
    values = {"a": True, "b": date(2026, 1, 31), "c": [1, 2], "d": None, "e": Colour.RED, "f": 1.5, "g": number}
    assert encode(values) == {"a": "true", "b": "2026-01-31", "c": ["1", "2"], "e": "red", "f": "1.5", "g": str(number)}
    with pytest.raises(TypeError, match="can't hold dict"):
        encode({"a": {}})


@given(
    st.dictionaries(st.sampled_from(["q", "size", "sort", "tags", "low", "high", "x"]), st.lists(st.text(), min_size=1))
)
def test_no_address_breaks_a_page_with_defaults(query: dict[str, list[str]]) -> None:
    parsed = parse(Filter, query)
    assert isinstance(parsed.value, Filter)


@given(st.builds(Filter, q=st.text(), size=st.integers(1, 100), tags=st.lists(st.text(), min_size=2)))
def test_an_encoded_value_comes_back(value: Filter) -> None:
    encoded = encode(value.model_dump())
    query = {name: each if isinstance(each, list) else [each] for name, each in encoded.items()}
    assert parse(Filter, query).value == value
