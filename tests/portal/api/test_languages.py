"""Languages for programs: which there are, what is locked, and the same check with the same proof."""

import re

import pytest
from django.utils import timezone

from portal.models import Rendering
from review.actions import withdraw
from tests.articles.translations.conftest import BODY, ZH, first, made_first, made_source, released, source, translation
from tests.openapi_client import Partner
from tests.review import making as make

pytestmark = pytest.mark.django_db
NOTICE = "原文已更新，以下是最新的英文。"
__all__ = ["first", "made_first", "made_source", "source", "translation"]


@pytest.fixture
def partner(db) -> Partner:
    return Partner()


def states(body):
    return {one["language"]: one["state"] for one in body["translations"]}


def test_a_page_says_in_which_languages_it_can_be_read(partner, translation, source):
    english, chinese = (partner.call("getPage", id=page.pk) for page in (source, translation))

    assert states(english.body) == states(chinese.body) == {"en-GB": "source", "zh-Hant": "current"}
    assert (english.body["language"], chinese.body["language"]) == ("en-GB", "zh-Hant")
    assert (english.headers["Content-Language"], chinese.headers["Content-Language"]) == ("en-GB", "zh-Hant")
    assert chinese.body["translations"][1]["html_url"].endswith(f"/{ZH}/{source.slug}/")
    assert "不要彈動" in str(chinese.body["sections"])


def test_what_is_locked_is_the_notice_and_the_source(partner, translation, source):
    released(make.edited(source, title="When to stop the stretch", body=BODY.replace("15", "20")))

    body = partner.call("getPage", id=translation.pk).body
    feed = partner.client.get("/feeds/releases/").content.decode()
    listed = partner.client.get(f"/api/v1/pages/?language={ZH}&type=articles.TranslationPage&limit=50").json()["items"]

    told = str(body["sections"])
    assert states(body)["zh-Hant"] == "locked"
    assert NOTICE in told
    assert "10 to 20 seconds" in told
    assert "不要彈動" not in told
    title = f"{NOTICE} When to stop the stretch"
    assert body["title"] == title
    assert title in [one["title"] for one in listed]
    assert "怎麼伸展" not in feed
    assert title in feed


def test_a_list_is_asked_for_in_one_language(partner, translation, source):
    chinese = partner.call("listPages", language="zh-Hant", limit=50)
    english = partner.call("listPages", language="en", limit=1)
    every = partner.call("listPages", limit=1)

    assert {one["language"] for one in chinese.body["items"]} == {"zh-Hant"}
    assert translation.pk in [one["id"] for one in chinese.body["items"]]
    totals = [answer.body["meta"]["total_count"] for answer in (chinese, english, every)]
    assert totals[0] + totals[1] == totals[2]
    assert partner.call("listPages", language="tlh").body["detail"] == "language is one of: en-GB, zh-Hant"


def test_a_page_is_asked_for_in_another_language(partner, translation, source):
    led = partner.client.get(f"/api/v1/pages/{source.pk}/?language=zh-hant")
    unknown = partner.client.get(f"/api/v1/pages/{source.pk}/?language=tlh")
    other = partner.client.get(f"/api/v1/pages/{make.released(make.info()).pk}/?language=zh-hant")

    assert led.headers["Location"].endswith(f"/api/v1/pages/{translation.pk}/")
    assert unknown.status_code == 400
    assert (other.status_code, other.json()["detail"]) == (404, "It can be read in: en-GB")


def test_the_words_of_a_withdrawn_page_are_told_in_no_language(partner, translation, source, client):
    at, listed = f"/zh-hant/search/?q={translation.title}", f"/api/v1/pages/?language={ZH}&limit=50"
    link = f'href="{translation.url}"'
    assert link in client.get(at).content.decode()
    withdraw(page=source, by=make.reviewer(), now=timezone.now(), reason="Wrong.")

    gone = partner.call("getPage", id=translation.pk)

    assert gone.status == 410
    assert gone.body["ledger_url"].endswith(f"/ledger/{translation.pk}/")
    assert translation.pk not in [one["id"] for one in partner.client.get(listed).json()["items"]]
    assert link not in client.get(at).content.decode()
    assert translation.url not in client.get("/feeds/releases/").content.decode()


def test_entries_of_feeds_lead_to_the_other_languages(client, translation, source):
    feed = client.get("/feeds/releases/").content.decode()
    entry = next(part for part in feed.split("<entry") if "怎麼伸展" in part)

    assert ' xml:lang="zh-Hant"' in entry
    found = set(re.findall(r'<link href="([^"]+)" hreflang="([^"]+)" rel="alternate"', entry))
    base = "http://localhost:8000"
    assert found == {(f"{base}/{source.slug}/", "en-GB"), (f"{base}/{ZH}/{source.slug}/", "zh-Hant")}
    assert '<entry xml:lang="en-GB">' in feed


def test_a_kept_document_is_made_anew_when_it_is_locked(partner, translation, source, settings, committed):
    settings.KEEP_PAGES = True
    committed()
    address = f"/api/v1/pages/{translation.pk}/"
    assert states(partner.client.get(address).json())["zh-Hant"] == "current"
    assert Rendering.objects.filter(path=address).exists()

    released(make.edited(source, body=BODY.replace("15", "20")))
    committed()

    for pk in (translation.pk, source.pk):
        assert states(partner.client.get(f"/api/v1/pages/{pk}/").json())["zh-Hant"] == "locked"
