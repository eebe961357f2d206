"""Which alerts a poll raises: baseline, cooldown, and edits."""

from datetime import UTC, datetime, timedelta

from feedwatch.model import AlertState, Rule, Severity, Subject
from feedwatch.rules.alerts import Arrival, Raised, raise_alerts
from feedwatch.rules.ruleset import compile_rules

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULE = Rule("Drones", "drone", Severity.HIGH, ("desk", "phone"))


def arrival(title: str, *, key: bytes = b"k", earlier: str | None = None) -> Arrival:
    return Arrival(key, Subject(title, ""), Subject(earlier, "") if earlier is not None else None)


def raised(*arrivals: Arrival, rule: Rule = RULE, last: datetime | None = None, baseline: bool = False) -> Raised:
    notified = {rule.name: last} if last else {}
    return raise_alerts(compile_rules([rule]), arrivals, notified, NOW, baseline=baseline)


def test_a_match_is_raised_to_every_channel_with_its_spans() -> None:
    (alert,) = raised(arrival("Two drones seen")).alerts
    assert (alert.state, alert.severity, alert.item_key) == (AlertState.RAISED, Severity.HIGH, b"k")
    assert [(one.start, one.end, one.text) for one in alert.matches] == [(4, 10, "drones")]
    assert [one.channel for one in alert.deliveries] == ["desk", "phone"]


def test_what_does_not_match_raises_nothing() -> None:
    assert raised(arrival("Ferry timetable")).alerts == ()


def test_a_first_poll_raises_a_baseline_that_is_not_delivered() -> None:
    (alert,) = raised(arrival("Two drones seen"), baseline=True).alerts
    assert (alert.state, alert.deliveries) == (AlertState.BASELINE, ())


def test_an_edit_alerts_only_where_the_earlier_wording_did_not_match() -> None:
    assert raised(arrival("Two drones seen", earlier="Drone seen")).alerts == ()
    assert len(raised(arrival("Two drones seen", earlier="Objects seen")).alerts) == 1


def test_within_the_cooldown_alerts_are_kept_and_not_delivered() -> None:
    rule = Rule("Drones", "drone", cooldown=60.0, channels=("desk",))
    (late,) = raised(arrival("drone"), rule=rule, last=NOW - timedelta(seconds=61)).alerts
    (soon,) = raised(arrival("drone"), rule=rule, last=NOW - timedelta(seconds=59)).alerts
    assert (late.state, soon.state, soon.reason, soon.deliveries) == (
        AlertState.RAISED,
        AlertState.SUPPRESSED,
        "cooldown",
        (),
    )


def test_the_cooldown_counts_within_one_poll_too() -> None:
    rule = Rule("Drones", "drone", cooldown=60.0)
    states = [one.state for one in raised(arrival("drone", key=b"1"), arrival("drone", key=b"2"), rule=rule).alerts]
    assert states == [AlertState.RAISED, AlertState.SUPPRESSED]


def test_a_story_that_was_told_starts_no_cooldown_for_another() -> None:
    rule = Rule("Drones", "drone", cooldown=60.0, channels=("desk",))
    copy = Arrival(b"1", Subject("drone", ""), told=frozenset({"Drones"}))
    kept, alert = raised(copy, arrival("another drone", key=b"2"), rule=rule).alerts
    assert (alert.item_key, alert.state) == (b"2", AlertState.RAISED)
    assert (kept.item_key, kept.state, kept.reason, kept.deliveries) == (
        b"1",
        AlertState.SUPPRESSED,
        "story already alerted",
        (),
    )


def test_an_edit_in_a_story_that_was_told_leaves_no_trace() -> None:
    edit = Arrival(b"1", Subject("drone", ""), Subject("object", ""), told=frozenset({"Drones"}))
    assert raised(edit).alerts == ()


def test_a_regular_expression_that_takes_too_long_is_counted() -> None:
    found = raised(arrival("a" * 40 + "b"), rule=Rule("Slow", "/(?:a|aa)+$/"))
    assert (found.alerts, found.timeouts) == ((), {"Slow": 1})
