"""Whatever plugins there are: the plan decides on each exactly once, never depends on list order, and keeps needs."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from host.kernel.order import hard_edges
from host.kernel.plan import make_plan
from tests.effort import effort
from tests.unit.kernel.candidates import candidate, question

IDS = ("a", "b", "c", "d", "e", "f")
_some = st.lists(st.sampled_from([*IDS, "absent"]), max_size=3, unique=True)
_capability = st.sampled_from(["jobs", "cache_backend"])
_manifest = st.fixed_dictionaries(
    {
        "requires": _some,
        "after": _some,
        "needs": st.lists(_capability, max_size=1),
        "uses": st.lists(_capability, max_size=2),
        "provides": st.dictionaries(_capability, st.just(["local"]), max_size=1),
    }
)
_thorough = settings(max_examples=effort(short=100, long=5_000), deadline=None)
_worlds = st.dictionaries(st.sampled_from(IDS), _manifest, max_size=6)


@_thorough
@given(world=_worlds, shuffled=st.randoms(use_true_random=False))
def test_list_order_changes_nothing(world: dict[str, Any], shuffled: Any) -> None:
    candidates = [candidate(id_, **manifest) for id_, manifest in world.items()]
    before = make_plan(question(*candidates))
    shuffled.shuffle(candidates)
    after = make_plan(question(*candidates))
    assert [each.id for each in before.order] == [each.id for each in after.order]
    assert before.out == after.out
    assert before.hash == after.hash


@_thorough
@given(world=_worlds)
def test_decides_on_each_exactly_once_and_keeps_hard_edges(world: dict[str, Any]) -> None:
    plan = make_plan(question(*(candidate(id_, **manifest) for id_, manifest in world.items())))
    placed = [each.id for each in plan.order]
    assert sorted([*placed, *plan.out]) == sorted(world)
    for each in plan.order:
        assert hard_edges(each, plan.providers) <= set(placed[: placed.index(each.id)])
    assert all(out.reason for out in plan.out.values())
