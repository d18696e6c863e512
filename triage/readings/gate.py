"""A protocol's translation is signed and released only when every story has been read through in its words."""

from django.template.loader import render_to_string

from articles.models import TranslationPage
from review.problems import Problem
from triage.readings.progress import Progress, UntellableError

PLACE = "Patient stories in this language"


def problems(translation: TranslationPage, *, demonstration: bool) -> list[Problem]:
    """Return why a translation must not be signed or released yet, if anything is in the way."""
    try:
        found = Progress(translation, with_demonstrations=demonstration)
    except UntellableError as error:
        return [Problem(PLACE, str(error))]
    return [] if found.is_complete else [Problem(PLACE, found.sentence)]


def review_part(translation: TranslationPage) -> str:
    """Return how far it is, with the way to the stories, for those who sign."""
    try:
        found: Progress | None = Progress(translation)
    except UntellableError:
        found = None
    return render_to_string("triage/admin/readings_part.html", {"progress": found, "translation": translation})
