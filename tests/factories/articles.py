"""Small valid pages of every type, released, below the sections of the site."""

import itertools
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from articles import models as m
from articles.content.release import as_demonstration_author, release_as_demonstration
from review import demo, doors
from tests.past_the_triggers import past_the_triggers

DESCRIPTION = "What the reader gets from this page, said in one plain sentence."
_numbers = itertools.count(1)


def publish(page: Any) -> Any:
    """Release a page: the one place that knows how."""
    who = people()
    with as_demonstration_author(who):
        release_as_demonstration([page], who)
    page.refresh_from_db()
    return page


def people() -> demo.People:
    """Return the demonstration accounts of the template."""
    known = {user.username: user for user in get_user_model().objects.filter(username__in=demo.ACCOUNTS)}
    return demo.People(*(known[name] for name in demo.ACCOUNTS))


def home() -> m.HomePage:
    """Return the home page of the site."""
    found = m.HomePage.objects.first()
    if found is None:
        page = m.HomePage(title="Home", slug="home-page", standfirst="Hello.", **_described())
        found = _below(Page.get_first_root_node(), page)
        Site.objects.update(root_page=found)
    return found


def section(model: type[Page]) -> Any:
    """Return the one page of a section, made when it is not there."""
    found = model.objects.first()
    if found is None:
        found = _below(home(), model(title=model.__name__, slug=model.__name__.lower(), **_described()))
    return found


def _described() -> dict[str, Any]:
    return {"search_description": DESCRIPTION, "live": False}


def _below(parent: Page, page: Any, *, released: bool = True) -> Any:
    with as_demonstration_author(people()):
        parent.add_child(instance=page)
    return publish(page) if released else page


def _make(model: Any, parent: type[Page], defaults: dict[str, Any], given: dict[str, Any]) -> Any:
    """Make a page from defaults and what the test gives; `released=False` leaves a draft."""
    released = given.pop("released", True)
    number = next(_numbers)
    named = {"title": f"{model.__name__} {number}", "slug": f"{model.__name__.lower()}-{number}"}
    if any(f.name == "code" for f in model._meta.get_fields()):
        named["code"] = f"T{number}"
    fields = {name: _settled(model, name, value) for name, value in (defaults | given).items()}
    return _below(section(parent), model(**named | _described() | fields), released=released)


def _settled(model: Any, name: str, value: Any) -> Any:
    """Return raw stream data as the editor stores it: with an id at every item of every list."""
    field = next((f for f in model._meta.get_fields() if f.name == name), None)
    if not isinstance(field, StreamField):
        return value
    read = field.stream_block.to_python(value)
    _ = [child.value for child in read]  # an item gets its id when it is first read
    return field.stream_block.get_prep_value(read)


def stream(kind: str, *values: Any) -> list[dict[str, Any]]:
    """Return raw stream data of one kind of block."""
    return [{"type": kind, "value": value} for value in values]


def cites(*sources: Page, place: str = "Section 1") -> list[dict[str, Any]]:
    """Return citations as a list block holds them."""
    return [{"source": source.pk, "place": place} for source in sources]


def link(page: Page, words: str) -> str:
    """Return a link as rich text stores it."""
    return f'<a linktype="page" id="{page.pk}">{words}</a>'


def source(**given: Any) -> m.SourcePage:
    fields = {"kind": "guideline", "organisation": "A guideline body", "year": 2020, "what_it_covers": "Sore calves."}
    return _make(m.SourcePage, m.SourceIndexPage, fields, given)


def term(**given: Any) -> m.TermPage:
    return _make(m.TermPage, m.GlossaryPage, {"medical_term": "myalgia", "definition": "<p>A dull ache.</p>"}, given)


def finding(**given: Any) -> m.FindingPage:
    fields = {"polarity": "warning", "statement": "one calf is swollen", "definition": "<p>Thicker than the other.</p>"}
    return _make(m.FindingPage, m.FindingIndexPage, fields, given)


def body_site(**given: Any) -> m.BodySitePage:
    fields = {"description": "<p>The thick part.</p>", "zone": "calf_belly"}
    return _make(m.BodySitePage, m.BodySiteIndexPage, fields, given)


def condition(words: str, *findings: m.FindingPage) -> dict[str, Any]:
    """Return a condition that holds when any one of the findings is present."""
    return {"words": words, "needs": [{"findings": [f.code for f in findings], "present": True}]}


def contraindication(**given: Any) -> m.ContraindicationPage:
    fields = {
        "mode": "any",
        "conditions": stream("condition", condition("your calf is swollen", given.pop("finding", None) or finding())),
        "why": "<p>It can do harm.</p>",
        "what_to_do": "<p>Be seen.</p>",
    }
    return _make(m.ContraindicationPage, m.ContraindicationIndexPage, fields, given)


def care_rule(**given: Any) -> m.CareRulePage:
    fields = {
        "disposition": "same_day",
        "mode": "any",
        "conditions": stream("condition", condition("your calf is swollen", given.pop("finding", None) or finding())),
        "action": "Be seen by a doctor today.",
        "why": "<p>It can be a clot.</p>",
        "specialties": stream("specialty", "gp"),
    }
    return _make(m.CareRulePage, m.CareRuleIndexPage, fields, given)


def technique(**given: Any) -> m.TechniquePage:
    forbids = given.pop("forbids", None)
    forbids = [contraindication()] if forbids is None else forbids
    fields = {
        "actions": stream("action", "cold"),
        "summary": "Cool the calf.",
        "steps": stream("step", {"text": "Wrap the pack.", "illustration": "cold-pack"}),
        "contraindications": stream("withhold", *({"block": f.pk, "reason": "Cold hides it."} for f in forbids)),
        "certainty": "no_source",
    }
    return _make(m.TechniquePage, m.TechniqueIndexPage, fields, given)


def cause(**given: Any) -> m.CausePage:
    """Return a cause; `sites` are the places where it hurts."""
    sites, released = given.pop("sites", ()), given.pop("released", True)
    fields = {
        "medical_name": "Gastrocnemius strain",
        "group": "muscle",
        "rank": "main",
        "side": "one",
        "complaints": stream("complaint", "soreness"),
        "summary": "Some fibres tore.",
        "features": "<p>A sudden pain.</p>",
        "mechanism": stream(
            "chain",
            {
                "title": "A tear",
                "rank": "main",
                "links": [
                    {"cause": "You push off", "effect": "Fibres tear", "certainty": "no_source", "citations": []}
                ],
            },
        ),
        "disposition": "self_care",
        "certainty": "no_source",
    }
    page = _make(m.CausePage, m.CauseIndexPage, fields, given | {"released": False})
    if sites:
        page.sites.set(sites)
        page.save()
    return publish(page) if released else page


def claim(**given: Any) -> m.ClaimPage:
    fields = {
        "often_said": "It is always the muscle.",
        "statement": "<p>It is mostly the muscle.</p>",
        "verdict": "corrected",
        "why": "<p>Studies say so.</p>",
        "certainty": "no_source",
    }
    return _make(m.ClaimPage, m.ClaimIndexPage, fields, given)


def guide(*sections: tuple[str, list[dict[str, Any]]], **given: Any) -> m.GuidePage:
    """Return a guide of (heading, content) sections; a care card is added in front when there is none."""
    kinds = {block["type"] for _, content in sections for block in content}
    if "care_card" not in kinds:
        sections = (("Do I need help?", stream("care_card", {"rules": [care_rule().pk]})), *sections)
    fields = {
        "standfirst": "A sore calf is common.",
        "complaints": stream("complaint", "soreness"),
        "body": stream("section", *({"heading": heading, "content": content} for heading, content in sections)),
    }
    return _make(m.GuidePage, m.GuideIndexPage, fields, given)


def whole_guide() -> m.GuidePage:
    """Return a guide that uses every block."""
    work, word, sites = source(), term(), [body_site(), body_site()]
    rule = care_rule(citations=stream("citation", *cites(work)))
    reason = cause(care_rules=stream("rule", rule.pk), citations=stream("citation", *cites(work)))
    said = claim(citations=stream("citation", *cites(work)), certainty="low")
    text = {"text": f"<p>{link(word, 'a word')}</p>", "citations": cites(work)}
    places = [{"site": site.pk, "feels": "A pain.", "causes": [reason.pk]} for site in sites]
    group = {"group": "muscle", "rank": "main", "causes": [reason.pk]}
    return guide(
        ("Do I need help?", stream("care_card", {"rules": [rule.pk]})),
        ("What is it?", stream("text", text)),
        ("What do people say?", stream("claim", {"claim": said.pk})),
        ("What can it be?", stream("causes", {"stated_number": 1, "groups": [group]})),
        ("Where?", stream("places", {"places": places})),
        ("What helps?", stream("techniques", {"stated_number": 1, "items": [{"technique": technique().pk}]})),
        ("How long?", stream("course", {"text": "<p>Days.</p>", "low_days": 3, "high_days": 7, "after": rule.pk})),
    )


def past_the_gate(pages: Any, **values: Any) -> None:
    """Change rows in a way that the gate would refuse: for tests of what happens should it ever come to that."""
    with doors.open_for(list(pages.values_list("pk", flat=True))), past_the_triggers():
        pages.update(**values)
