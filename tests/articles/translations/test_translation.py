"""A translation is a governed page of its own; where its source has changed, readers get the source."""

from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale

from articles.models import CausePage, InfoPage, TranslationPage
from articles.translations.marked import is_marked
from articles.translations.reading import reading
from articles.translations.state import State
from portal.delivery import renderings
from portal.search import search, suggestions
from review import actions, losses
from review.actions.submitting import ProblemsError
from review.doors import RefusedError
from review.models import Standing
from tests.articles.translations.conftest import BODY, ZH, ZH_BODY, draft, released, words
from tests.review import making as make

pytestmark = pytest.mark.django_db
NOTICE = "原文已更新，以下是最新的英文。"


def seen(client: Any, page: Any) -> str:
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


ABOUT = "這一頁用一句簡單的話說明讀者會得到什麼。"


def submitted(page: Any) -> Any:
    return actions.submit(page=page, by=page.owner, now=timezone.now())


def test_a_translation_shows_the_page_in_other_words(client, translation, source):
    text = seen(client, translation)

    assert translation.url == f"/{ZH}/{source.slug}/"
    assert "維持 10 到 15 秒。不要彈動。" in text
    assert "Do not bounce" not in text
    assert "Do not bounce" in seen(client, source)


def test_what_is_not_translated_says_its_language_and_no_mark_is_left(client, translation):
    text = seen(client, translation)

    assert '<span lang="en-GB" dir="ltr">What it can be</span>' in text
    assert not [c for c in text if "\ue000" <= c <= "\ue005"]


def test_names_of_families_are_in_the_language_of_the_page(client, first):
    text = seen(client, first)

    assert "肌肉、肌腱和骨頭" in text
    assert "Muscle, tendon and bone" not in text


def test_the_places_of_a_cause_say_in_which_language_they_are(first):
    cause = CausePage.objects.filter(sites__live=True).first()

    with reading(ZH):
        shown = cause.get_context(RequestFactory().get("/"))["sites"]

    assert shown
    assert all(is_marked(site.title) for site in shown)


def test_two_people_sign_a_translation_and_its_writer_is_none_of_them(first, source):
    page = draft(source, first, {"How to stretch": "怎麼伸展", BODY: ZH_BODY, source.search_description: ABOUT})
    row = submitted(page)

    with pytest.raises(RefusedError):
        actions.sign_off(submission=row, by=page.owner, now=timezone.now(), answers=make.all_yes(page))
    actions.sign_off(submission=row, by=make.reviewer(), now=timezone.now(), answers=make.all_yes(page))
    with pytest.raises(RefusedError):
        actions.release(submission=row, by=make.reviewer(credential=False), now=timezone.now())

    assert row.signers_needed == 2
    assert not TranslationPage.objects.get(pk=page.pk).live


def publish_as_a_library(page: TranslationPage, source: InfoPage) -> None:
    """What wagtail-localize does with a finished translation, without a user and without a check."""
    page.save_revision().publish()


def publish_without_checks(page: TranslationPage, source: InfoPage) -> None:
    page.get_latest_revision().publish(skip_permission_checks=True)


def copy_the_page(page: TranslationPage, source: InfoPage) -> None:
    """How wagtail-localize and simple_translation begin a translation."""
    CopyPageForTranslationAction(source, Locale.objects.get(language_code=ZH), copy_parents=True).execute(
        skip_permission_checks=True
    )


def copy_as_an_alias(page: TranslationPage, source: InfoPage) -> None:
    """What keeping the trees of all languages alike does."""
    CopyPageForTranslationAction(source, Locale.objects.get(language_code=ZH), copy_parents=True, alias=True).execute(
        skip_permission_checks=True
    )


def save_live(page: TranslationPage, source: InfoPage) -> None:
    page.live = True
    page.save()


@pytest.mark.parametrize(
    "way", [publish_as_a_library, publish_without_checks, copy_the_page, copy_as_an_alias, save_live]
)
def test_no_way_makes_an_unsigned_translation_public(way, first, source):
    page = draft(source, first, {"How to stretch": "怎麼伸展", BODY: "<p>不要停。</p>"})
    count = InfoPage.objects.count()

    with pytest.raises(RefusedError):
        way(page, source)

    assert not TranslationPage.objects.get(pk=page.pk).live
    assert InfoPage.objects.count() == count
    assert not Standing.objects.filter(pk=page.pk).exists()


def test_after_a_change_of_safety_readers_get_the_notice_and_the_source(client, translation, source):
    seen(client, translation)
    released(make.edited(source, body=BODY.replace("15", "20")))

    text = seen(client, translation)

    assert NOTICE in text
    assert "10 to 20 seconds" in text
    assert "不要彈動" not in text
    assert "怎麼伸展" in text


def test_a_change_of_words_alone_leaves_the_translation(client, translation, source):
    released(make.edited(source, body=BODY.replace("bounce", "wobble")))
    raised = make.edited(source, body=BODY.replace("bounce", "sway"))

    states = TranslationPage.objects.get(pk=translation.pk).states()

    assert states["body"] is State.LOCKED  # “do not” stands in the sentence
    assert states["title"] is State.CURRENT
    assert raised.pk == source.pk


def test_what_an_editor_stores_in_another_way_is_no_change(translation, source):
    stored = BODY.replace("<p>", '<p data-block-key="8tjvg">')
    released(make.edited(source, title="How to stretch, and when to stop", body=stored))

    states = TranslationPage.objects.get(pk=translation.pk).states()

    assert (states["title"], states["body"]) == (State.LOCKED, State.CURRENT)


def test_a_harmless_change_is_older_until_somebody_calls_it_a_matter_of_safety(client, first):
    source = released(make.info(title="Our words", body="<p>Who checks our wordings.</p>"))
    texts = {"Our words": "我們的文字", "<p>Who checks our wordings.</p>": "<p>誰檢查我們的用字。</p>",
             source.search_description: ABOUT}  # fmt: skip
    translation = released(draft(source, first, texts))
    edited = make.edited(source, body="<p>Who checkes our wordings.</p>")
    row = submitted(edited)
    people = [make.reviewer(), make.reviewer()]

    def state() -> State:
        return TranslationPage.objects.get(pk=translation.pk).states()["body"]

    actions.sign_off(
        submission=row, by=people[0], now=timezone.now(), answers=make.all_yes(source), raised_class="safety"
    )
    actions.sign_off(submission=row, by=people[1], now=timezone.now(), answers=make.all_yes(source))
    actions.release(submission=row, by=make.reviewer(credential=False), now=timezone.now())

    assert row.computed_class == "wording"
    assert state() is State.LOCKED


def test_a_new_signature_unlocks(client, translation, source):
    source = released(make.edited(source, body=BODY.replace("15", "20")))
    new = {"How to stretch": "怎麼伸展", source.body: ZH_BODY.replace("15", "20"),
           source.search_description: ABOUT}  # fmt: skip
    released(make.edited(translation, texts=words(source, new)))

    text = seen(client, translation)

    assert "維持 10 到 20 秒" in text
    assert NOTICE not in text


@pytest.mark.parametrize("keep", [False, True])
def test_a_withdrawn_source_takes_its_translation_away(client, translation, source, settings, keep):
    settings.KEEP_PAGES = keep
    url = source.url
    actions.withdraw(page=source, by=make.reviewer(), now=timezone.now(), reason="Wrong.")

    response = client.get(translation.url)

    assert response.status_code == client.get(url).status_code == 404
    assert "不要彈動" not in response.content.decode()


def test_who_withdraws_a_source_is_told_that_its_translation_goes(translation, source):
    assert [page.pk for page in losses.of(source).whole] == [translation.pk]


def test_a_source_on_hold_keeps_its_translation_back(client, translation, source):
    actions.hold(page=source, by=make.reviewer(), now=timezone.now(), reason="Somebody looks at it.")

    response = client.get(translation.url)

    assert response.status_code == client.get(source.url).status_code == 503
    assert "不要彈動" not in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("<p>伸展時維持 15 到 10 秒。不要彈動。</p>", "turned round"),
        ("<p>伸展時維持 10 到 15 秒。彈動。</p>", "“not” is lost"),
    ],
)
def test_what_a_check_flags_is_not_submitted_without_a_reason(first, source, wrong, said):
    texts = {
        "How to stretch": "怎麼伸展",
        BODY: wrong,
        source.search_description: "這一頁用一句簡單的話說明讀者會得到什麼。",
    }
    page = draft(source, first, texts)

    with pytest.raises(ProblemsError, match=said):
        submitted(page)

    page.texts["body"]["reason"] = "Said otherwise in Chinese."
    page.save_revision(user=page.owner)
    assert submitted(page).page_id == page.pk


def test_pages_lead_to_each_other_and_search_engines_are_told(client, translation, source):
    english, chinese = seen(client, source), seen(client, translation)
    address = f"http://localhost:8000/{ZH}/{source.slug}/"

    for text in (english, chinese):
        assert f'<link rel="alternate" hreflang="zh-Hant" href="{address}">' in text
        assert f'<link rel="alternate" hreflang="x-default" href="http://localhost:8000/{source.slug}/">' in text
    assert f'<a href="{translation.url}" hreflang="zh-Hant"' in english
    assert f'<a href="{source.url}" hreflang="en-GB"' in chinese
    assert '<html lang="en-GB">' in english
    assert '<html lang="zh-Hant">' in chinese
    assert f'<link rel="canonical" href="{address}">' in chinese
    assert f'hreflang="zh-Hant" href="{address}"' in client.get("/sitemap.xml").content.decode()


def test_the_sitemap_does_not_list_the_words_of_a_withdrawn_page(client, translation, source):
    address = f"<loc>http://localhost:8000/{ZH}/{source.slug}/</loc>"
    assert address in client.get("/sitemap.xml").content.decode()

    actions.withdraw(page=source, by=make.reviewer(), now=timezone.now(), reason="A fault")

    assert address not in client.get("/sitemap.xml").content.decode()


def test_a_kept_page_is_made_anew_when_the_source_of_its_translation_changes(
    client, translation, source, settings, committed
):
    settings.KEEP_PAGES = True
    committed()
    seen(client, translation)
    assert renderings.find(translation.url)[1] is not None

    released(make.edited(source, body=BODY.replace("15", "20")))
    committed()

    assert renderings.find(translation.url)[1] is None
    assert NOTICE in seen(client, translation)


def test_searching_leads_to_the_words_of_the_language_that_is_read(client, translation, source):
    chinese = client.get(f"/{ZH}/search/?q=怎麼伸展").content.decode()
    english = client.get("/search/?q=怎麼伸展").content.decode()

    assert f'href="{translation.url}">怎麼伸展' in chinese
    assert f'href="{source.url}">How to stretch' in english
    assert f'href="{translation.url}"' not in english.partition("<main")[2]


def test_a_search_leads_to_itself_in_the_other_language(client, translation):
    there = client.get("/search/", {"q": "calf & 小腿"}).content.decode()
    back = client.get("/zh-hant/search/", {"q": "calf & 小腿"}).content.decode()

    asked = "?q=calf+%26+%E5%B0%8F%E8%85%BF"
    assert f'href="/zh-hant/search/{asked}" hreflang="zh-Hant"' in there
    assert f'href="/search/{asked}" hreflang="en-GB"' in back


def test_search_never_shows_words_that_are_locked(client, translation, source):
    released(make.edited(source, title="When to stop the stretch"))

    text = client.get(f"/{ZH}/search/?q=怎麼伸展").content.decode()

    assert "怎麼伸展</a>" not in text
    assert "When to stop the stretch" in text
    assert f'<span class="stale__notice" role="note">{NOTICE}</span>' in text


def test_a_locked_title_is_not_offered_while_somebody_types_and_still_leads_to_its_page(translation, source):
    assert suggestions("怎麼") == ["怎麼伸展"]
    source = released(make.edited(source, title="When to stop the stretch"))

    assert suggestions("怎麼") == []
    assert source.pk in [hit.page.pk for group in search("怎麼伸展").groups for hit in group.hits]

    new = {source.title: "何時停止伸展", BODY: ZH_BODY, source.search_description: ABOUT}
    released(make.edited(translation, title="何時停止伸展", texts=words(source, new)))
    assert suggestions("何時") == ["何時停止伸展"]


def test_chinese_is_found_by_parts_of_what_people_type_on_every_database(translation):
    typed = ("怎麼伸展", "伸展", "伸", "請問怎麼伸展比較好", "ｓｔｒｅｔｃｈ", "How to stretch")

    found = {text: [hit.page.pk for group in search(text).groups for hit in group.hits] for text in typed}

    assert {text for text, pages in found.items() if translation.source_id not in pages} == set()
    assert translation.source_id not in [hit.page.pk for group in search("膝蓋").groups for hit in group.hits]


def test_the_form_takes_the_title_from_its_part_and_keeps_line_ends(translation):
    values = {"title": translation.title, "slug": translation.slug, "source": translation.source_id, "language": ZH,
              "search_terms": "一\r\n二", "stale_notice": "", "seo_title": "", "search_description": ABOUT}  # fmt: skip
    for number, part in enumerate(translation.source_parts()):
        for name in part.texts:
            said = "如何伸展" if part.key == "title" else translation.text(part.key, name)
            values |= {f"texts-{number}-{name}": said, f"texts-{number}+mark": part.mark}
    form = translation.get_edit_handler().get_form_class()(values, instance=translation, for_user=translation.owner)

    form.is_valid()

    assert "title" not in form.errors
    assert form.instance.title == "如何伸展"
    assert form.instance.search_terms == "一\n二"
