"""The day by which it should be better: dates from numbers of days. Today is always passed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LINE = 74
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class SafetyNet:
    """Until when to wait, and the words that go with it."""

    days: int
    day: date
    text: str


def spoken(day: date) -> str:
    """A date as people say it: Friday 27 November 2026."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def safety_net(
    *, today: date, within_days: int | None, review_days: int | None, say: Callable[[date], str] = spoken
) -> SafetyNet | None:
    """Return the date that goes with a result; None: there is nothing to wait for. `say` puts a day in words."""
    if within_days is not None:
        day = today + timedelta(days=within_days)
        return SafetyNet(within_days, day, f"Be seen by {say(day)}, and at once if it gets worse at any time.")
    if review_days is not None:
        day = today + timedelta(days=review_days)
        return SafetyNet(review_days, day, f"If it is not better by {say(day)}, or worse at any time, see a doctor.")
    return None


def calendar_file(net: SafetyNet, *, today: date, title: str, uid: str) -> str:
    """Return an .ics file with one whole-day entry; title and uid must not say anything about health."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Gaitway//Check//EN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{net.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{net.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped(net.text)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(title)}",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return " ".join(text.split())


def _folded(line: str) -> str:
    """Lines of at most 75 bytes; a continuation begins with a space."""
    parts: list[str] = []
    current = ""
    for sign in line:
        if len((current + sign).encode()) > LINE:
            parts.append(current)
            current = ""
        current += sign
    return "\r\n ".join([*parts, current])
