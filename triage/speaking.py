"""Days and what goes with them, in the language that is being shown; the engine itself knows one language alone."""

from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from articles.translations.languages import SOURCE
from triage.engine.safety_net import SafetyNet, spoken


def is_source() -> bool:
    """Whether pages are shown in the language in which they are written."""
    return (get_language() or SOURCE).partition("-")[0] == SOURCE


def day_words(day: date, dates: str = "") -> str:
    """Return a day as people say it; `dates` is how the main place writes days in the language of the source."""
    if not is_source():
        return f"{date_format(day, 'DATE_FORMAT')} {date_format(day, 'l')}"
    return f"{date_format(day, 'l')} {date_format(day, dates)}" if dates else spoken(day)


def net_words(net: SafetyNet | None, *, must_be_seen: bool, dates: str = "") -> SafetyNet | None:
    """Return until when somebody may wait, in words."""
    if net is None:
        return net
    if is_source():
        return replace(net, text=net.text.replace(spoken(net.day), day_words(net.day, dates)))
    seen = gettext("Be seen by %(day)s, and at once if it gets worse at any time.")
    better = gettext("If it is not better by %(day)s, or worse at any time, see a doctor.")
    return replace(net, text=(seen if must_be_seen else better) % {"day": day_words(net.day)})
