"""The words on top of a care card; pure functions."""

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
    words = ACTIONS[Disposition(disposition)]
    return f"{words} within {days(within_days, within_days)}" if within_days else words


def heading(disposition: str, within_days: int | None, mode: str, count: int) -> str:
    """Return the whole heading; a reader is always told whether one sign is enough."""
    start = action(disposition, within_days)
    if count == 1:
        return f"{start} if this is true"
    every = "all of these are true" if mode == Mode.ALL else "any one of these is true"
    return f"{start} if {every}"


def level(disposition: str) -> int:
    """Return how urgent it is, 1 being the most."""
    return list(Disposition).index(Disposition(disposition)) + 1


def days(low: int | None, high: int | None) -> str:
    """Return a range of days in words: '1 day', '3 to 7 days', 'up to 14 days'."""
    if low is None and high is None:
        return ""
    if high is None:
        return f"{low} {'day' if low == 1 else 'days'} or more"
    unit = "day" if high == 1 else "days"
    if low == high:
        return f"{high} {unit}"
    return f"{low} to {high} {unit}" if low else f"up to {high} {unit}"
