"""What editors get: refusals that name the place, drafts that are never refused, reports, next steps."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from articles.editing import rows
from articles.editing.forms import OF_THE_FORM
from articles.editing.next_steps import begun_by, starts_for
from articles.editing.page_text import page_text
from articles.models import (
    CareRuleIndexPage,
    CareRulePage,
    CausePage,
    ClaimIndexPage,
    ClaimPage,
    GuideIndexPage,
    GuidePage,
    SourceIndexPage,
    SourcePage,
    TechniqueIndexPage,
    TechniquePage,
    TermPage,
)
from articles.models.base import ArticlePage
from review import demo
from review.spreadsheet import harmless

pytestmark = pytest.mark.django_db
DESCRIPTION = "What this page tells a reader, in one plain sentence."


@pytest.fixture
def author() -> Any:
    return demo.make_people(password="a-long-enough-phrase").author


@pytest.fixture
def editor(client: Client, author) -> Client:
    client.force_login(author)
    return client


def data_for(model: type[Page], **given: Any) -> dict[str, str]:
    """A posted form of one page type: every stream empty unless given."""
    streams = {f.name: streamfield([]) for f in model._meta.get_fields() if isinstance(f, StreamField)}
    plain = {"title": "A new page", "slug": "a-new-page", "search_description": DESCRIPTION}
    formset = {f"comments-{part}_FORMS": "0" for part in ("TOTAL", "INITIAL")} | {"comments-MAX_NUM_FORMS": ""}
    return nested_form_data(streams | plain | given) | formset


def post(editor: Client, parent: type[Page], model: type[Page], *, submit: bool, **given: Any) -> Any:
    address = f"/admin/pages/add/articles/{model._meta.model_name}/{parent.objects.get().pk}/"
    extra = {"action-submit": "1"} if submit else {}
    return editor.post(address, data_for(model, **given) | extra)


def guide_body(stated: int, listed: int) -> dict[str, Any]:
    causes = [
        {"value": str(page.pk), "deleted": "", "order": str(i), "type": "item", "id": ""}
        for i, page in enumerate(CausePage.objects.all()[:listed])
    ]
    counted = {str(i): item for i, item in enumerate(causes)} | {"count": str(listed)}
    group = {"group": "muscle", "rank": "main", "intro": "", "causes": counted}
    groups = {"0": {"value": group, "deleted": "", "order": "0", "type": "item", "id": ""}, "count": "1"}
    content = streamfield([("causes", {"stated_number": str(stated), "intro": "", "groups": groups})])
    return streamfield([("section", {"heading": "What can it be?", "content": content})])


REFUSALS = [
    (
        GuideIndexPage,
        GuidePage,
        lambda: {"body": guide_body(3, 6)},
        "Section 1 › Content › Causes by group 1 › Stated number:</strong> The text says 3 causes, but the list has 6.",
    ),
    (
        CareRuleIndexPage,
        CareRulePage,
        lambda: {"mode": "", "disposition": "emergency_now"},
        "Any or all:</strong> This field is required.",
    ),
    (ClaimIndexPage, ClaimPage, lambda: {"certainty": ""}, "Certainty:</strong> This field is required."),
]


@pytest.mark.parametrize(
    ("parent", "model", "given", "message"), REFUSALS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_faulty_page_is_refused_with_its_place(editor, parent, model, given, message):
    response = post(editor, parent, model, submit=True, **given())

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not model.objects.filter(slug="a-new-page").exists()


@pytest.mark.parametrize("model", [model for model in get_page_models() if issubclass(model, ArticlePage)])
def test_no_field_hides_what_a_form_itself_has(model):
    """`form.action` is the field of that name, where there is one: the editor could not save by itself."""
    form = model.get_edit_handler().get_form_class()(instance=model(), for_user=None)

    assert {form[name].html_name for name in form.fields} & OF_THE_FORM == set()


def test_the_action_of_a_care_rule_is_saved_under_the_name_that_its_form_sends(editor):
    post(editor, CareRuleIndexPage, CareRulePage, submit=False, action_of_page="Go now.")

    assert CareRulePage.objects.get(slug="a-new-page").action == "Go now."


@pytest.mark.parametrize(("submit", "word"), [(True, "submitted"), (False, "saved")])
def test_a_refusal_says_what_was_refused(editor, submit, word):
    page = post(editor, SourceIndexPage, SourcePage, submit=submit, work_url="htps://example.org")

    assert f"This page was not {word}. Put these right first:" in page.content.decode()


def test_a_technique_without_contraindications_is_refused(editor):
    step = streamfield([("step", {"text": "Sit down.", "hint": "", "illustration": ""})])
    given = {
        "code": "M-NEW",
        "summary": "Sit down for a while.",
        "actions": streamfield([("action", "rest")]),
        "steps": step,
        "evidence": rich_text("<p>Not known.</p>"),
        "certainty": "no_source",
    }

    response = post(editor, TechniqueIndexPage, TechniquePage, submit=True, **given)

    assert response.status_code == 200
    assert "A technique needs its contraindications, or a tick" in response.content.decode()


@pytest.mark.parametrize(
    ("parent", "model", "given"), [row[:3] for row in REFUSALS], ids=lambda value: getattr(value, "__name__", "")
)
def test_the_same_page_is_kept_as_a_draft(editor, parent, model, given):
    response = post(editor, parent, model, submit=False, **given())

    assert response.status_code == 302
    draft = model.objects.get(slug="a-new-page")
    assert not draft.live
    assert draft.problems() != []


def test_the_form_of_a_draft_lists_what_is_missing(editor):
    post(editor, ClaimIndexPage, ClaimPage, submit=False)
    draft = ClaimPage.objects.get(slug="a-new-page")

    text = editor.get(f"/admin/pages/{draft.pk}/edit/").content.decode()

    assert "Before this page can be submitted:" in text
    assert "<strong>Certainty:</strong> This field cannot be blank." in text
    assert f'data-problems="/admin/articles/problems/{draft.pk}/"' in text


def test_the_list_of_problems_can_be_asked_for(editor):
    post(editor, ClaimIndexPage, ClaimPage, submit=False)
    draft = ClaimPage.objects.get(slug="a-new-page")

    problems = editor.get(f"/admin/articles/problems/{draft.pk}/").json()["problems"]

    assert {"place": "Certainty", "message": "This field cannot be blank."} in problems


def test_problems_are_told_only_to_those_who_may_edit(client, django_user_model):
    page = ClaimPage.objects.first()

    assert client.get(f"/admin/articles/problems/{page.pk}/").status_code == 302
    reviewer = demo.make_people(password="a-long-enough-phrase").reviewer
    client.force_login(reviewer)
    assert client.get(f"/admin/articles/problems/{page.pk}/").status_code in {302, 403}


def test_an_author_sees_what_they_began_and_what_is_missing(editor, author):
    post(editor, ClaimIndexPage, ClaimPage, submit=False)

    begun = begun_by(author)

    assert [item.page.slug for item in begun] == ["a-new-page"]
    assert begun[0].problem_count == len(begun[0].page.problems()) > 0
    assert "A new page" in editor.get("/admin/").content.decode()


def test_what_was_only_opened_is_no_draft_of_an_author(author):
    guide = GuidePage.objects.get(slug="calf-soreness").get_latest_revision_as_object()
    guide.opening = guide.opening.replace("<p>", '<p data-block-key="v6b6s">')
    guide.save_revision(user=author)
    assert begun_by(author) == []

    guide.standfirst += " Read on."
    guide.save_revision(user=author)

    assert [item.page.pk for item in begun_by(author)] == [guide.pk]


def test_an_author_may_begin_every_kind_of_article(author):
    assert [start.label for start in starts_for(author)] == [
        "Add a source",
        "Write up a claim",
        "Describe a sign",
        "Write a care rule",
        "Describe a technique",
        "Describe a cause",
        "Begin a guide",
    ]


def test_somebody_without_rights_may_begin_nothing(django_user_model):
    assert starts_for(django_user_model.objects.create_user("nobody")) == []


@pytest.mark.parametrize("model", [GuidePage, CausePage, TechniquePage, CareRulePage, ClaimPage, SourcePage, TermPage])
def test_a_draft_of_every_kind_can_be_looked_at(editor, model):
    page = model.objects.first()
    page.title = "Changed in a draft"
    page.save_revision()

    response = editor.get(f"/admin/pages/{page.pk}/view_draft/")

    assert response.status_code == 200
    assert "Changed in a draft" in response.content.decode()


@pytest.mark.parametrize(
    ("typed", "model", "slug"),
    [
        ("charley horse", CausePage, "muscle-cramp"),
        ("Bulging", CausePage, "varicose-veins"),
        ("抽筋", TermPage, "muscle-cramp"),
    ],
)
def test_choosers_find_pages_by_title_and_by_other_words(editor, typed, model, slug):
    response = editor.get("/admin/choose-page/search/", {"q": typed, "page_type": model._meta.label_lower})

    assert model.objects.get(slug=slug).title in response.content.decode()


def export(editor: Client, name: str) -> list[dict[str, str]]:
    response = editor.get(f"/admin/reports/articles/{name}/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_report_of_missing_sources_is_complete(editor):
    listed = {row["Page"] for row in export(editor, "evidence")}

    wanted = {
        page.title
        for model in (ClaimPage, CausePage, TechniquePage)
        for page in model.objects.all()
        if page.certainty == "no_source" or not page.citations
    }
    assert listed == wanted != set()


def test_the_report_of_uses_names_the_guides(editor):
    row = next(row for row in export(editor, "use") if row["Code"] == "M-STRETCH")

    assert "Why is my calf sore?" in row["Guides"]
    assert int(row["Pages"]) == len(row["Guides"].split("; ")) + len(row["Other pages"].split("; "))


def test_the_report_of_reading_ages_has_every_page(editor):
    assert "/edit/" in editor.get("/admin/reports/articles/reading/").content.decode()
    listed = export(editor, "reading")

    assert len(listed) == Page.objects.filter(depth__gt=1).count()
    guide = next(row for row in listed if row["Page"] == "Why is my calf sore?")
    assert 5 < float(guide["Reading age"]) < 14
    assert int(guide["Words"]) > 500
    assert guide["Longest sentence"] in page_text(GuidePage.objects.get(slug="calf-soreness"))


@pytest.mark.parametrize("name", ["evidence", "use"])
def test_reports_are_shown_and_exported_as_workbooks(editor, name):
    page = editor.get(f"/admin/reports/articles/{name}/")
    book = editor.get(f"/admin/reports/articles/{name}/", {"export": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book))).active
    assert page.status_code == 200
    assert "/edit/" in page.content.decode()
    assert sheet.max_row > 1


@pytest.mark.parametrize("name", ["evidence", "use", "reading"])
def test_reports_are_for_editors_alone(client, name):
    assert client.get(f"/admin/reports/articles/{name}/").status_code == 302


def test_reports_of_uses_need_the_same_queries_for_one_as_for_many(django_assert_max_num_queries):
    techniques = list(TechniquePage.objects.all())
    rows.use_rows(techniques[:1])

    with django_assert_max_num_queries(2):
        rows.use_rows(techniques)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_text_that_starts_like_a_formula_is_made_harmless(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["plain", "a=b", 3, -3, None, 2.5, ""])
def test_other_values_stay_as_they_are(value):
    assert harmless(value) == value


def test_a_title_that_is_a_formula_leaves_as_text(editor):
    page = ClaimPage(title="=HYPERLINK(1)", slug="formula", code="Z99", certainty="no_source", live=False)
    ClaimIndexPage.objects.get().add_child(instance=page)

    assert "'=HYPERLINK(1)" in {row["Page"] for row in export(editor, "evidence")}


def test_the_text_of_a_page_is_what_readers_read():
    term = TermPage.objects.exclude(mistranslations="[]").first()

    text = page_text(term)

    assert term.title in text
    assert term.mistranslations[0].value["seen"] not in text.split("\n")
    assert "<p" not in text


def test_content_can_be_checked_from_the_command_line(capsys):
    call_command("check_content", released=True, under="/what-people-say/")
    assert f"{ClaimPage.objects.count() + 1} pages checked; nothing is wrong" in capsys.readouterr().out

    ClaimIndexPage.objects.get().add_child(instance=ClaimPage(title="Empty", slug="empty", code="Z98", live=False))
    with pytest.raises(CommandError, match="problems in"):
        call_command("check_content", under="/what-people-say/")
    assert "/what-people-say/empty/ (Empty): Certainty: This field cannot be blank." in capsys.readouterr().out

    with pytest.raises(CommandError, match="no page at /nowhere/"):
        call_command("check_content", under="/nowhere/")
