"""What may still be lost, said before it is lost."""

from lms.attendance.choices import SheetStatus
from lms.attendance.summary import Facts, Policy, margin_of, summarise
from lms.attendance.summary.facts import Presence
from tests.factories.attendance import moment, sitting

NOW = moment(5000)


class Session:
    """Stands for a class session: when it ends, its sheet, its module."""

    def __init__(self, key, start, end, status, module):
        self.pk, self.module_id = key, module
        self.starts_at, self.ends_at = moment(start), moment(end)
        self.sheet = type("Sheet", (), {"status": status})()


def session(key, start, minutes=120, *, status=SheetStatus.PLANNED, module=None):
    from dataclasses import replace

    made = sitting(key, start, start + minutes, status=status, module=module)
    return replace(made, session=Session(key, start, start + minutes, status, module))


def held(key, *, module=None):
    return session(key, key * 200, status=SheetStatus.SIGNED, module=module)


def coming(key, minutes=120, *, module=None):
    return session(key, 5000 + key * 200, minutes, module=module)


def there(*keys):
    return Facts(
        presences={key: [Presence(moment(key * 200), moment(key * 200 + 120))] for key in keys}
    )


def margin(sittings, facts, **policy):
    return margin_of(summarise(sittings, facts, Policy(**policy)), NOW)


def test_margin_counts_minutes_and_whole_sessions():
    """Eight sessions of two hours, 75 %: 240 minutes may be lost; none has been."""
    sittings = [held(1), held(2), *(coming(key) for key in range(3, 9))]
    found = margin(sittings, there(1, 2))
    assert (found.minutes, found.absences, found.coming, found.critical) == (240, 2, 6, None)


def test_margin_names_the_session_that_cannot_be_missed():
    sittings = [held(1), held(2), held(3), *(coming(key) for key in range(4, 8)), coming(8, 60)]
    found = margin(sittings, there(3))
    assert (found.minutes, found.absences) == (0, 0)
    assert found.critical.session.pk == 4


def test_margin_of_a_short_session_may_be_missed_though_a_long_one_may_not():
    sittings = [held(1), held(2), coming(3, 60), coming(4), coming(5)]
    found = margin(sittings, there(1, 2), threshold=86)
    assert (found.minutes, found.absences) == (75, 0)
    assert found.critical.session.pk == 4


def test_margin_by_module_is_the_tightest_modules_own():
    sittings = [
        held(1, module=1), held(2, module=1), coming(3, module=1), coming(4, module=1),
        coming(5, module=2), coming(6, module=2), coming(7, module=2), coming(8, module=2),
    ]  # fmt: skip
    found = margin(sittings, there(1), by_module=True)
    assert (found.minutes, found.module.pk, found.coming) == (0, 1, 2)
    assert found.critical.session.pk == 3


def test_margin_says_how_many_sessions_over_are_not_recorded():
    sittings = [held(1), session(2, 400), *(coming(key) for key in range(3, 6))]
    found = margin(sittings, there(1))
    assert (found.unrecorded, found.coming) == (1, 3)


def test_margin_is_nothing_when_the_threshold_is_earned():
    sittings = [held(1), held(2), held(3), coming(4)]
    found = margin(sittings, there(1, 2, 3))
    assert (found.minutes, found.coming) == (0, 0)
