"""What readers get: every page type, with few queries, nothing unreleased, nothing inline."""

import re
from collections import Counter

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from wagtail.models import Page, get_page_models

from articles import models as m
from review.enums import UseKind
from review.models import Use
from tests.factories import articles as make

pytestmark = pytest.mark.django_db

# Translations are shown as their sources are (`tests/articles/translations`).
TYPES = [
    model for model in get_page_models() if model.__module__.startswith("articles.") and model is not m.TranslationPage
]


@pytest.fixture
def read(client):
    """Return a function that gives the HTML of a page."""

    def html(page):
        response = client.get(page.get_url())
        assert response.status_code == 200, page
        return response.content.decode()

    return html


def words_of(html):
    """Return what a reader sees of HTML, as one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_every_type_is_shown_with_its_notice_and_nothing_inline(model, read):
    page = model.objects.live().first()

    html = read(page)

    assert html.count("<h1") == 1
    assert "Draft content." in html
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|application/ld\+json))[^>]*>", html) == []
    assert re.findall(r'(?:src|<link[^>]+stylesheet"[^>]*href)="https?:', html) == []
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("slug", ["calf-soreness", "leg-cramps-in-pregnancy"])
def test_links_inside_a_guide_lead_somewhere(slug, read):
    html = read(m.GuidePage.objects.get(slug=slug))

    ids = set(re.findall(r'\sid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) - ids == set()


def test_first_page_says_when_to_get_help_before_it_offers_to_read(read):
    html = read(m.HomePage.objects.get())

    assert html.index('class="standfirst"') < html.index('id="help-now"') < html.index("hero__guides")


def test_guide_shows_what_forbids_a_technique_before_its_steps(read):
    forbidden = make.technique(forbids=[make.contraindication(title="A clot is not ruled out")])
    items = [{"technique": forbidden.pk, "add": "you can walk"}]
    html = read(make.guide(("What helps?", make.stream("techniques", {"stated_number": 1, "items": items}))))

    order = [
        html.index(words) for words in ("A clot is not ruled out", "Cold hides it.", "you can walk", "Wrap the pack.")
    ]

    assert order == sorted(order)


@pytest.mark.parametrize(("mode", "words"), [("any", "any one of these is true"), ("all", "all of these are true")])
def test_care_card_says_any_or_all(mode, words, read):
    sign = make.finding()
    conditions = make.stream("condition", make.condition("it swells", sign), make.condition("it is hot", sign))
    rule = make.care_rule(mode=mode, conditions=conditions)

    html = read(make.guide(("Help?", make.stream("care_card", {"rules": [rule.pk]}))))

    assert f"Be seen by a doctor today if {words}" in words_of(html)


def test_routine_card_names_its_days(read):
    rule = make.care_rule(disposition="routine", within_days=7, action="See a doctor.")

    assert "See a doctor or clinic within 7 days if this is true" in words_of(read(rule))


def test_page_that_is_not_released_is_not_shown_inside_another(rf):
    hidden = make.technique(title="Secret draft", released=False)
    page = make.cause(
        released=False,  # the gate would refuse it; this is what readers get if it ever came to that
        techniques=make.stream("technique", {"technique": hidden.pk, "only_if": ""}),
        features=f"<p>{make.link(hidden, 'words of the link')}</p>",
    )

    html = page.serve(rf.get("/")).content.decode()

    assert "Secret draft" not in html
    assert hidden.slug not in html
    assert "words of the link" in html


def test_word_leads_to_its_explanation_on_the_page(read):
    word = make.term(title="Clot", definition="<p>A lump of blood.</p>", slug="clot-word")
    text = {"text": f"<p>A {make.link(word, 'blood clot')}.</p>", "citations": []}

    html = read(make.guide(("What?", make.stream("text", text))))

    assert '<a class="word" href="#word-clot-word">blood clot</a>' in html
    assert html.count('id="word-clot-word"') == 1
    assert "A lump of blood." in html


def test_word_leads_to_its_page_where_words_are_not_explained(read):
    word = make.term(slug="clot-word")
    other = make.term(definition=f"<p>See {make.link(word, 'clot')}.</p>")

    assert f'<a href="{word.get_url()}">clot</a>' in read(other)


def test_source_has_one_number_and_every_place(read):
    first, second = make.source(title="First work"), make.source(title="Second work")
    texts = [
        {"text": "<p>One.</p>", "citations": make.cites(first, place="Page 1")},
        {"text": "<p>Two.</p>", "citations": make.cites(second, place="Page 2")},
        {"text": "<p>Three.</p>", "citations": make.cites(first, place="Page 3")},
    ]

    html = read(make.guide(("What?", make.stream("text", *texts))))

    marks = re.findall(r'<a class="cite" href="#([^"]+)" aria-label="([^"]+)">(\d)</a>', html)
    assert marks == [
        ("source-1-1", "Source 1: Page 1", "1"),
        ("source-2-1", "Source 2: Page 2", "2"),
        ("source-1-2", "Source 1: Page 3", "1"),
    ]
    assert re.findall(r'<li id="(source-\d-\d)">([^<]+)</li>', html) == [
        ("source-1-1", "Page 1"),
        ("source-1-2", "Page 3"),
        ("source-2-1", "Page 2"),
    ]
    assert html.count(">First work</a>") == 1


def test_contested_claim_is_shown_as_contested(read):
    work = make.source()
    claim = make.claim(
        certainty="contested",
        verdict="contested",
        citations=make.stream("citation", *make.cites(work)),
        strengths=make.stream("strength", {"as_said": "never", "where": "in one place"}),
    )

    html = words_of(read(make.guide(("True?", make.stream("claim", {"claim": claim.pk})))))

    assert "Contested : sources or experts do not agree" in html
    assert "“never” in one place" in html


def test_recap_is_made_from_the_body(read):
    html = read(make.whole_guide())

    recap = words_of(html[html.index('id="in-short"') : html.index("</dl>", html.index('id="in-short"'))])
    assert "Be seen by a doctor today" in recap
    assert "1 cause. Main group: Muscle, tendon and bone." in recap
    assert "3 to 7 days" in recap


def test_text_of_editors_is_escaped(read):
    html = read(make.cause(title="A <b>bold</b> & <script>title</script>"))

    assert "<script>title" not in html
    assert "A &lt;b&gt;bold&lt;/b&gt; &amp; &lt;script&gt;title" in html


def test_lost_reader_gets_the_number_and_a_search(client):
    response = client.get("/no-such-page/")

    html = response.content.decode()
    number = m.ServicesPage.objects.first().emergency_number
    assert response.status_code == 404
    assert f'href="tel:{number}"' in html
    assert 'name="q"' in html


def test_preview_shows_the_draft_and_its_drafts(rf, admin_user):
    hidden = make.technique(title="Not yet released", released=False)
    draft = make.cause(techniques=make.stream("technique", {"technique": hidden.pk, "only_if": ""}), released=False)

    response = draft.make_preview_request(rf.get("/admin/"), "")

    assert "Not yet released" in response.content.decode()


# Queries: none of them once for each item. Each page shows a dozen items or more of the starter content, so one query
# for each would go beyond what is allowed. Each number is what the page needs; a rise wants a reason.
DOZEN = 12


def some(model, **kind):
    """Return a dozen released pages of the starter content."""
    found = list(model.objects.live().filter(**kind).order_by("pk")[:DOZEN])
    assert len(found) == DOZEN
    return found


def _guide():
    rules, terms, sites = some(m.CareRulePage, disposition="same_day"), some(m.TermPage), some(m.BodySitePage)
    causes = [cause.pk for cause in some(m.CausePage)]
    texts = {
        "text": "".join(f"<p>{make.link(term, 'word')}</p>" for term in terms),
        "citations": make.cites(*some(m.SourcePage)),
    }
    offered = [{"technique": technique.pk} for technique in some(m.TechniquePage)]
    places = [{"site": site.pk, "feels": "A pain.", "causes": causes} for site in sites]
    groups = [{"group": "muscle", "rank": "main", "causes": causes}]
    return make.guide(
        ("Do I need help?", make.stream("care_card", {"rules": [rule.pk for rule in rules]})),
        ("What is it?", make.stream("text", texts)),
        ("True?", make.stream("claim", *({"claim": claim.pk} for claim in some(m.ClaimPage)))),
        ("What can it be?", make.stream("causes", {"stated_number": DOZEN, "groups": groups})),
        ("Where?", make.stream("places", {"places": places})),
        ("What helps?", make.stream("techniques", {"stated_number": DOZEN, "items": offered})),
    )


def _cause():
    looks = [{"cause": cause.pk, "tell_apart": "Look."} for cause in some(m.CausePage)]
    return make.cause(
        sites=some(m.BodySitePage),
        care_rules=make.stream("rule", *(rule.pk for rule in some(m.CareRulePage))),
        confused_with=make.stream("look_alike", *looks),
        techniques=make.stream("technique", *({"technique": t.pk} for t in some(m.TechniquePage))),
        citations=make.stream("citation", *make.cites(*some(m.SourcePage))),
        features="".join(f"<p>{make.link(term, 'word')}</p>" for term in some(m.TermPage)),
    )


def _technique():
    return make.technique(
        forbids=some(m.ContraindicationPage),
        switch=make.stream("switch", *({"to": t.pk, "when": "Later."} for t in some(m.TechniquePage))),
        citations=make.stream("citation", *make.cites(*some(m.SourcePage))),
    )


def _care_rule():
    return make.care_rule(could_be=make.stream("cause", *(cause.pk for cause in some(m.CausePage))))


def _claim():
    return make.claim(citations=make.stream("citation", *make.cites(*some(m.SourcePage))))


def _term():
    return make.term(definition="".join(f"<p>{make.link(term, 'word')}</p>" for term in some(m.TermPage)))


def _most_shown(model):
    """Return a function that gives the page of a model that most others show."""

    def build():
        shown = Counter(Use.objects.filter(kind=UseKind.PAGE).values_list("used", flat=True))
        found = max(model.objects.live(), key=lambda page: shown[str(page.pk)])
        assert shown[str(found.pk)] >= DOZEN
        return found

    return build


def _most_asked():
    """Return the finding that most rules name."""
    conditions = [str(page.conditions.get_prep_value()) for page in m.CareRulePage.objects.live()]
    found = max(m.FindingPage.objects.live(), key=lambda page: sum(f"'{page.code}'" in text for text in conditions))
    assert sum(f"'{found.code}'" in text for text in conditions) >= LEAST_ASKED
    return found


def _list(model):
    def build():
        index = model.objects.get()
        assert index.get_children().live().count() >= DOZEN
        return index

    return build


BUILDERS = {
    "guide": _guide,
    "cause": _cause,
    "technique": _technique,
    "claim": _claim,
    "care_rule": _care_rule,
    "contraindication": _most_shown(m.ContraindicationPage),
    "finding": _most_asked,
    "body_site": _most_shown(m.BodySitePage),
    "source": _most_shown(m.SourcePage),
    "term": _term,
    "home": m.HomePage.objects.get,
    "guides": m.GuideIndexPage.objects.get,
    "causes": _list(m.CauseIndexPage),
    "sites": _list(m.BodySiteIndexPage),
    "techniques": _list(m.TechniqueIndexPage),
    "care_rules": _list(m.CareRuleIndexPage),
    "contraindications": _list(m.ContraindicationIndexPage),
    "findings": _list(m.FindingIndexPage),
    "claims": _list(m.ClaimIndexPage),
    "glossary": _list(m.GlossaryPage),
    "sources": _list(m.SourceIndexPage),
    "services": m.ServicesPage.objects.first,
    "info": m.InfoPage.objects.first,
}
# One more for the way to other languages.
SWITCH = 1
MOST = {"guide": 22, "cause": 24, "technique": 17, "care_rule": 19, "contraindication": 15, "body_site": 16}
LEAST_ASKED = 3


@pytest.mark.parametrize("name", BUILDERS)
def test_no_query_is_made_for_each_item(name, client, django_assert_max_num_queries):
    page = Page.objects.get(pk=BUILDERS[name]().pk)
    client.get(page.get_url())  # content types and site paths are remembered by the process

    with django_assert_max_num_queries(MOST.get(name, 14) + SWITCH):
        client.get(page.get_url())


def test_broken_site_needs_neither_database_nor_context():
    html = render_to_string("500.html")

    assert "In an emergency call 112." in html
    assert 'action="/search/"' in html


@pytest.mark.parametrize("template", ["500.html", "503.html", "articles/paper_not_ready.html"])
def test_a_page_that_stands_alone_is_told_in_the_language_that_is_read(template):
    with override("zh-hant"):
        html = render_to_string(template, {"number": "119（台灣）", "page": "../", "sent": True})
    told = words_of(html)

    assert '<html lang="zh-Hant">' in html
    assert 'href="/zh-hant/"' in html
    assert "緊急時請撥打 119（台灣）。" in told
    assert re.findall("[A-Za-z]{2,}", told.replace("Gaitway", "").replace("PDF", "")) == []
