"""The recap says what the body says, and nothing else."""

from types import SimpleNamespace as Row

from articles.recap import recap


def block(kind, **value):
    return Row(block_type=kind, value=value)


def rule(title, disposition):
    return Row(title=title, disposition=disposition)


def test_recap_of_nothing_says_nothing():
    found = recap([])

    assert (found.warnings, found.cause_count, found.techniques, found.avoid, found.course, found.first_stop) == (
        [],
        0,
        [],
        [],
        None,
        "",
    )


def test_warnings_stand_by_urgency_each_once_and_only_urgent_ones():
    today, now, week = (
        rule("One leg swollen", "same_day"),
        rule("Cannot breathe", "emergency_now"),
        rule("An ache", "routine"),
    )
    blocks = [
        block("care_card", rules=[today, None, week]),
        block("care_card", rules=[now]),
        block("care_card", rules=[today]),
    ]

    found = recap(blocks)

    assert [(w.disposition.value, w.titles) for w in found.warnings] == [
        ("emergency_now", ["Cannot breathe"]),
        ("same_day", ["One leg swollen"]),
    ]


def test_causes_are_counted_as_they_are_shown():
    groups = [
        {"group": "muscle", "rank": "main", "causes": ["strain", None, "cramp"]},
        {"group": "vein", "rank": "other", "causes": ["clot"]},
        {"group": "muscle", "rank": "main", "causes": ["tear"]},
    ]

    found = recap([block("causes", groups=groups)])

    assert (found.cause_count, found.main_groups) == (4, ["Muscle, tendon and bone"])


def test_techniques_stand_once_and_unreleased_ones_not_at_all():
    items = [{"technique": "rest"}, {"technique": None}, {"technique": "rest"}, {"technique": "cold"}]

    assert recap([block("techniques", items=items)]).techniques == ["rest", "cold"]


def test_first_course_and_first_stop_count():
    blocks = [
        block("course", low_days=3, high_days=7, after="CR19"),
        block("course", low_days=1, high_days=2, after="CR20"),
        block("who_to_see", first="gp"),
        block("who_to_see", first="neurology"),
        block("dos_donts", donts=[{"avoid": "rub it"}, {"avoid": "run"}]),
        block("text", text="Ignored."),
    ]

    found = recap(blocks)

    assert (found.course.low_days, found.course.high_days, found.course.after) == (3, 7, "CR19")
    assert (found.first_stop, found.avoid) == ("General practice", ["rub it", "run"])
