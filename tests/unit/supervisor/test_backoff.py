"""Restart delays grow, are forgotten with time, and a crash loop is recognised."""

from host.supervisor.backoff import LONGEST_DELAY_S, LOOP_AT, WINDOW_S, Backoff


def test_the_first_death_costs_no_wait_and_each_further_one_doubles_it():
    backoff = Backoff(clock=lambda: 0.0)
    assert [backoff.died() for _ in range(5)] == [0.0, 0.5, 1.0, 2.0, 4.0]
    assert max(backoff.died() for _ in range(20)) == LONGEST_DELAY_S


def test_deaths_long_ago_are_forgotten():
    now = [0.0]
    backoff = Backoff(clock=lambda: now[0])
    for _ in range(LOOP_AT):
        backoff.died()
    assert backoff.looping
    now[0] = WINDOW_S + 1
    assert backoff.died() == 0.0
    assert not backoff.looping
