"""The plan: order, gates, and one reason for each plugin that is out."""

import pytest

from host.kernel.choices import Toggle
from host.kernel.plan import Plan, make_plan
from tests.unit.kernel.candidates import candidate, question


def _order(plan: Plan) -> list[str]:
    return [each.id for each in plan.order]


def test_starts_each_after_what_it_requires_and_after_who_fills_its_needs() -> None:
    plan = make_plan(
        question(
            candidate("a", requires=["c"], needs=["jobs"]),
            candidate("b", provides={"jobs": ["local"]}),
            candidate("c"),
        )
    )
    assert _order(plan) == ["b", "c", "a"]
    assert plan.providers.chosen == {"jobs": ("b", "local")}


def test_after_is_only_order_and_gives_way_to_a_requirement() -> None:
    plan = make_plan(question(candidate("a", after=["b"]), candidate("b", requires=["a"]), candidate("c", after=["x"])))
    assert set(_order(plan)) == {"a", "b", "c"}
    assert _order(plan).index("a") < _order(plan).index("b")


def test_unlisted_plugin_is_off_and_says_how_to_enable_it() -> None:
    plan = make_plan(question(candidate("a"), file={"plugins": {}}))
    assert plan.out["a"].state == "off"
    assert "app plugins enable a" in plan.out["a"].remedy


@pytest.mark.parametrize(
    ("file", "toggle", "pin", "on"),
    [
        (True, None, None, True),
        (False, None, None, False),
        (False, True, None, True),
        (True, False, None, False),
        (True, True, False, False),
        (False, False, True, True),
    ],
)
def test_pin_stands_above_database_above_file(*, file: bool, toggle: bool | None, pin: bool | None, on: bool) -> None:
    asked = question(
        candidate("a"),
        file={"plugins": {"a": {"enabled": file}}},
        toggles={"a": Toggle(enabled=toggle)} if toggle is not None else {},
        pins={"a": pin} if pin is not None else {},
    )
    assert (_order(make_plan(asked)) == ["a"]) is on


def test_pinned_off_names_the_variable() -> None:
    plan = make_plan(question(candidate("a"), pins={"a": False}))
    assert plan.out["a"].reason == "pinned off by FEATURE_A in the environment"


def test_two_providers_without_a_choice_fill_nothing_and_with_one_the_chosen() -> None:
    both = (candidate("x", provides={"cache_backend": ["redis"]}), candidate("y", provides={"cache_backend": ["db"]}))
    open_ = make_plan(question(*both))
    assert "cache_backend" not in open_.providers.chosen
    assert any("choose one" in note for note in open_.notes)
    assert {"x", "y"} == set(_order(open_))

    file = {"plugins": {"x": {}, "y": {}}, "choose": {"cache": "redis"}}
    assert make_plan(question(*both, file=file)).providers.chosen == {"cache_backend": ("x", "redis")}


def test_jobs_in_short_form_names_the_waker() -> None:
    plan = make_plan(
        question(
            candidate("engine", provides={"jobs": ["local"], "job_waker": ["poll"]}),
            candidate("onredis", provides={"job_waker": ["arq"]}),
            file={"plugins": {"engine": {}, "onredis": {}}, "choose": {"jobs": "arq"}},
        )
    )
    assert plan.providers.chosen == {"jobs": ("engine", "local"), "job_waker": ("onredis", "arq")}


def test_capability_switched_off_by_a_kernel_feature_is_filled_by_nobody() -> None:
    plan = make_plan(
        question(candidate("a", provides={"jobs": ["local"]}), candidate("b", needs=["jobs"]), pins={"jobs": False})
    )
    assert _order(plan) == ["a"]
    assert plan.out["b"].reason == "needs jobs: switched off by FEATURE_JOBS"


def test_absence_travels_up_the_requirements() -> None:
    plan = make_plan(
        question(candidate("a", requires=["b"]), candidate("b", requires=["c"]), candidate("c"), pins={"c": False})
    )
    assert plan.out["b"].reason == "requires c (off)"
    assert plan.out["a"].reason == "requires b (failed)"


def test_safe_mode_starts_essential_plugins_only() -> None:
    asked = question(
        candidate("a"), candidate("b"), file={"plugins": {"a": {"essential": True}, "b": {}}}, safe_mode=True
    )
    assert _order(make_plan(asked)) == ["a"]


def test_quarantined_plugin_says_why_and_how_to_try_again() -> None:
    out = make_plan(question(candidate("a"), quarantined={"a": "ended the process"})).out["a"]
    assert (out.state, out.reason) == ("failed", "ended the process")
    assert "app plugins enable a" in out.remedy


def test_pin_that_names_nothing_is_noted() -> None:
    assert make_plan(question(pins={"wharehouse": True})).notes == (
        "FEATURE_WHAREHOUSE names neither a plugin nor a kernel feature",
    )


def test_hash_changes_with_graph_and_settings_not_with_exposure() -> None:
    a = candidate("a")
    plain = make_plan(question(a)).hash
    assert plain == make_plan(question(a, file={"plugins": {"a": {"expose": {"percent": 5}}}})).hash
    assert plain != make_plan(question(a, file={"plugins": {"a": {"settings": {"x": 1}}}})).hash
    assert plain != make_plan(question(candidate("a", version="1.1"))).hash


def test_trust_list_admits_by_distribution_and_version() -> None:
    file = {"plugins": {"a": {}}, "trust": {"allow": ["acme>=1.2"]}}
    assert make_plan(question(candidate("a", version="1.2"), file=file)).order
    assert "not on the list" in make_plan(question(candidate("a", version="1.1"), file=file)).out["a"].reason


def test_mistyped_plugin_is_answered_with_the_nearest() -> None:
    plan = make_plan(question(candidate("home"), file={"plugins": {"hoem": {}, "zzz": {}}}))
    assert plan.out["hoem"].remedy == "Install its distribution, or take it out. Or is home meant?"
    assert plan.out["zzz"].remedy == "Install its distribution, or take it out."
