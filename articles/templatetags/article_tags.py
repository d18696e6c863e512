"""Template tags of the public pages."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.rich_text import RichText, expand_db_html

from articles import care_cards, enums
from articles.dialling import standing
from articles.drawings import Drawing, drawings
from articles.page_notes import CitedSource, Mark, current_notes
from articles.queries import Shell
from articles.queries import shell as read_shell
from articles.recap import Recap
from articles.recap import recap as make_recap
from articles.translations import switch
from articles.translations.switch import Version
from review.templatetags.review_days import day_in_words

LANGUAGES = {"zh-hant": "Chinese", "zh-hans": "Chinese, simplified", "ja": "Japanese", "de": "German", "fr": "French"}
REGIONS = {"TW": "Taiwan", "HK": "Hong Kong", "CN": "China", "JP": "Japan"}

HOME_DEPTH = 2

register = template.Library()
_BARE_HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
_HEADING = re.compile(r'<h2\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)


@register.simple_tag(takes_context=True)
def shell(context: template.Context) -> Shell:
    """Return what stands around every page."""
    return read_shell(context.get("request"))


@register.simple_tag
def standing_number() -> str:
    """Return the number of the settings, with its place: for pages that ask nobody for anything."""
    return str(standing())


@register.simple_tag
def day(around: Shell | str, value: dt.date) -> str:
    """Return a day as it is written where the page is read: as the language does, in English as the main place does."""
    return day_in_words(value, around.dates if isinstance(around, Shell) else "")


@register.simple_tag
def service_name(around: Shell | str, specialty: str) -> str:
    """Return how a service is called in the place that is shown; its general name where that place does not name it.

    `around` is empty in the preview of a single block.
    """
    own = around.services.get(specialty) if isinstance(around, Shell) else ""
    return own or label(specialty, "Specialty")


@register.simple_tag
def this_language() -> Version:
    """Return the language of the page."""
    return switch.now()


@register.inclusion_tag("components/languages.html", takes_context=True)
def languages(context: template.Context) -> dict[str, Any]:
    """Lead to the same page in other languages; a view that shows no page says itself where these are."""
    return {"versions": context.get("versions") or switch.versions(context.get("page"))}


@register.simple_tag(takes_context=True)
def alternates(context: template.Context) -> list[tuple[str, str]]:
    """Return language and address of each version of the page, for search engines.

    A further page of a list has none: in another language other entries stand on the page of that number.
    """
    listed = context.get("listed")
    if listed is not None and listed.number > 1:
        return []
    return switch.alternates(switch.versions(context.get("page")))


@register.filter
def anchor(heading: str) -> str:
    """Return the anchor of a section: in every language the one that the source gives it."""
    return slugify(getattr(heading, "source", heading))


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(context: template.Context) -> dict[str, Any]:
    """Show the way from the home page to this page."""
    page, around = context.get("page"), read_shell(context.get("request"))
    if not isinstance(page, Page):
        return {}
    return {
        "page": page,
        "room": around.room_of(page),
        "is_home": page.depth <= HOME_DEPTH,
        "home_title": gettext("Home"),
        "tongue": switch.now(),
    }


class CaptureNode(template.Node):
    """Renders its content into a variable, so that a list of its headings can stand before it."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist, self.name = nodelist, name

    def render(self, context: template.Context) -> str:
        """Keep the content and show nothing yet."""
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """Render up to `endcapture` into the named variable."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.filter
def contents(body: str) -> list[tuple[str, SafeString]]:
    """Return (anchor, heading) of every section of a rendered page."""
    # What strip_tags leaves of our own escaped markup is still escaped.
    return [(anchor, mark_safe(strip_tags(words).strip())) for anchor, words in _HEADING.findall(body)]  # noqa: S308


@register.inclusion_tag("components/cite.html")
def cite(citations: Iterable[Any] | None) -> dict[str, list[Mark]]:
    """Show the numbers of the sources that a statement rests on."""
    notes = current_notes()
    values = [getattr(item, "value", item) for item in citations or ()]
    if notes is None:
        return {"marks": []}
    return {"marks": [notes.cite(v["source"], v["place"]) for v in values if v["source"]]}


@register.simple_tag
def cited(text: Any, citations: Iterable[Any] | None) -> SafeString:
    """Show rich text with its sources at the end of the last paragraph, where there is one."""
    body = str(text) if isinstance(text, RichText) else expand_db_html(text or "")
    marks = render_to_string("components/cite.html", cite(citations)).strip()
    end = body.rstrip().removesuffix("</p>")
    whole = f"{end} {marks}</p>" if marks and end != body.rstrip() else f"{body}{marks}"
    return mark_safe(whole)  # noqa: S308  # both halves come from templates and the rich text handler


@register.simple_tag
def page_words() -> list[Any]:
    """Return the words that this page used, by their plain name."""
    notes = current_notes()
    return sorted(notes.words.values(), key=lambda word: word.title.casefold()) if notes else []


@register.simple_tag
def page_sources() -> list[CitedSource]:
    """Return the sources that this page cited, by number."""
    notes = current_notes()
    return notes.sources if notes else []


@register.simple_tag
def recap_of(page: Any) -> Recap:
    """Return a guide in short."""
    return make_recap(page.blocks())


@register.simple_tag
def drawing(name: str | None) -> Drawing | None:
    """Return a drawing by name, or None when there is none of that name, or not the one that was signed."""
    found, notes = drawings().get(name or ""), current_notes()
    return found if found is None or notes is None or notes.may_show(found.path) else None


@register.filter
def label(value: str, enum: str) -> str:
    """Return the words for a key of one of the enumerations."""
    return gettext(str(getattr(enums, enum)(value).label)) if value else ""


@register.filter
def other_than(names: Iterable[str], shown: str) -> list[str]:
    """Return names without the one that is shown: in a translation it can be one of the local names of the source."""
    return [name for name in names if name != shown]


@register.simple_tag
def care_heading(rules: Iterable[Any]) -> str:
    """Return the heading of a card for rules of one urgency."""
    rules = list(rules)
    count = sum(len(rule.conditions) for rule in rules)
    return care_cards.heading(rules[0].disposition, rules[0].within_days, rules[0].mode, count)


@register.simple_tag
def rule_heading(rule: Any) -> str:
    """Return the heading of a card for one rule."""
    return care_heading([rule])


@register.filter
def anchored(text: str) -> SafeString:
    """Return rich text with an anchor at each heading, so that the contents list can lead there."""
    return mark_safe(_BARE_HEADING.sub(_with_anchor, expand_db_html(text)))  # noqa: S308  # as the stock filter does


def _with_anchor(heading: re.Match[str]) -> str:
    words = heading.group(1)
    return f'<h2 id="{slugify(strip_tags(words))}">{words}</h2>'


@register.filter
def released(pages: Iterable[Any]) -> list[Any]:
    """Return the pages that may be shown: a reference to an unreleased page is None."""
    return [page for page in pages if page]


@register.simple_tag
def care_action(disposition: str, within_days: int | None = None) -> str:
    """Return what to do, with its time limit."""
    return care_cards.action(disposition, within_days)


@register.simple_tag
def own_action(rule: Any) -> str:
    """Return what to do where a rule says more about it than the heading of its card."""
    said = care_cards.action(rule.disposition, rule.within_days)
    return "" if rule.action.rstrip(".") in {said, said.replace(" or clinic", "")} else rule.action


@register.filter
def urgency_level(disposition: str) -> int:
    """Return how urgent a disposition is, 1 being the most."""
    return care_cards.level(disposition)


@register.filter
def language_words(tag: str) -> str:
    """Return the name of a language tag with its region, or the tag where it is not known."""
    *language, region = tag.split("-")
    name = LANGUAGES.get("-".join(language).lower())
    return gettext(f"{name} ({REGIONS.get(region.upper(), region)})" if name else LANGUAGES.get(tag.lower(), tag))


@register.filter
def many(count: int, words: str) -> str:
    """Return the first of two words for one thing, the second for none or several."""
    one, more = words.split(",")
    return gettext(one if count == 1 else more)


@register.filter
def days_to(low: int | None, high: int | None) -> str:
    """Return a range of days in words."""
    return care_cards.days(low, high)


@register.filter
def amount(value: dict[str, Any]) -> str:
    """Return a quantity with its unit, such as '20 to 30 seconds', or why there is none."""
    low, high = value["low"], value["high"]
    if low is None and high is None:
        return str(value["vague"])
    if low is None:
        return gettext("up to {} {}").format(_plain(high), value["unit"])
    if high is None or low == high:
        return f"{_plain(low)} {value['unit']}"
    return gettext("{} to {} {}").format(_plain(low), _plain(high), value["unit"])


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
