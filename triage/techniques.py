"""Techniques agree with each other, as one of the checks before a protocol is signed."""

from django.urls import reverse
from wagtail.models import Page

from articles import contradictions
from articles.models import CausePage, GuidePage, TechniquePage
from review import overlay
from review.models import Standing
from triage.approval import Outcome, Text
from triage.engine.artefact import content_hash
from triage.models.approval import Status


def rests_on(_text: Text) -> str:
    """Return a hash of what is released of techniques, causes and guides."""
    pages = Page.objects.live().type(TechniquePage, CausePage, GuidePage).values("pk")
    rows = Standing.objects.filter(pk__in=pages).order_by("pk").values_list("pk", "fingerprint")
    return overlay.once("techniques", lambda: content_hash([list(row) for row in rows]), of=())


def agreed(_text: Text) -> Outcome:
    """Return whether no two released pages contradict each other about a technique."""
    # the same for every protocol: read once for all of them
    open_ = overlay.once("contradictions", lambda: [one.words for one in contradictions.found(released=True)], of=())
    link = reverse("articles_report_contradictions")
    if not open_:
        return Outcome(Status.PASSED, "No technique is given under contradicting conditions.", {}, link)
    more = f" And {len(open_) - 1} more." if len(open_) > 1 else ""
    return Outcome(Status.FAILED, open_[0] + more, {"open": open_}, link)
