from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import get_type_hints

import streamlit as st


@dataclass
class Point:
    x: float
    y: float
    tags: list[str] = field(default_factory=list)


@st.cache_data
def points(count: int) -> list[Point]:
    return [Point(i, i * i) for i in range(count)]


copy = pickle.loads(pickle.dumps(Point(1, 2)))
st.write("Copy equal:", copy == Point(1, 2), isinstance(copy, Point))
st.write("Hints:", ", ".join(sorted(get_type_hints(Point))))
n = st.slider("Points", 1, 10, 3)
st.write("Sum:", sum(p.y for p in points(n)))
