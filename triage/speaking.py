"""Days and what goes with them, in the language that is being shown; the engine itself knows one language alone."""

from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from articles.translations.languages import SOURCE
from triage.engine.result import Result
from triage.engine.safety_net import SafetyNet, safety_net, spoken


def is_source() -> bool:
    """Whether pages are shown in the language in which they are written."""
    return (get_language() or SOURCE).partition("-")[0] == SOURCE


def day_words(day: date, dates: str = "") -> str:
    """Return a day as people say it; `dates` is how the main place writes days in the language of the source."""
    if not is_source():
        return f"{date_format(day, 'DATE_FORMAT')} {date_format(day, 'l')}"
    return f"{date_format(day, 'l')} {date_format(day, dates)}" if dates else spoken(day)


def net_in_words(result: Result, today: date, dates: str = "") -> SafetyNet | None:
    """Return until when somebody may wait with a result, as people here say it."""
    net = safety_net(
        today=today, within_days=result.within_days, review_days=result.review_days,
        say=lambda day: day_words(day, dates),
    )  # fmt: skip
    if net is None or is_source():
        return net
    seen = gettext("Be seen by %(day)s, and at once if it gets worse at any time.")
    better = gettext("If it is not better by %(day)s, or worse at any time, see a doctor.")
    return replace(net, text=(seen if result.within_days is not None else better) % {"day": day_words(net.day)})
