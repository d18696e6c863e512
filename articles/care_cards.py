"""The words on top of a care card; pure functions."""

from django.utils.translation import gettext

from articles.enums import Disposition, Mode

ACTIONS = {
    Disposition.EMERGENCY_NOW: "Call an ambulance now",
    Disposition.ED_NOW: "Go to an emergency department now",
    Disposition.SAME_DAY: "Be seen by a doctor today",
    Disposition.ROUTINE: "See a doctor or clinic",
    Disposition.SELF_CARE: "Look after it at home",
}


def action(disposition: str, within_days: int | None = None) -> str:
    """Return what to do, starting with a verb, with the time limit where there is one."""
    words = gettext(ACTIONS[Disposition(disposition)])
    return gettext("{} within {}").format(words, days(within_days, within_days)) if within_days else words


def heading(disposition: str, within_days: int | None, mode: str, count: int) -> str:
    """Return the whole heading; a reader is always told whether one sign is enough."""
    start = action(disposition, within_days)
    if count == 1:
        return gettext("{} if this is true").format(start)
    every = gettext("all of these are true") if mode == Mode.ALL else gettext("any one of these is true")
    return gettext("{} if {}").format(start, every)


def level(disposition: str) -> int:
    """Return how urgent it is, 1 being the most."""
    return list(Disposition).index(Disposition(disposition)) + 1


def days(low: int | None, high: int | None) -> str:
    """Return a range of days in words: '1 day', '3 to 7 days', 'up to 14 days'."""
    if low is None and high is None:
        return ""
    if high is None:
        return gettext("{} {} or more").format(low, gettext("day") if low == 1 else gettext("days"))
    unit = gettext("day") if high == 1 else gettext("days")
    if low == high:
        return f"{high} {unit}"
    return gettext("{} to {} {}").format(low, high, unit) if low else gettext("up to {} {}").format(high, unit)
