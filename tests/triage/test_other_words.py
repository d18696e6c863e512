"""A check in another language: other words, the same decisions."""

import logging
import random
import re
from typing import Any

import pytest
from django.utils.translation import override

from articles.models import TranslationPage
from articles.translations import languages
from articles.translations.marked import INLINE, bare, source_text
from articles.translations.parts import parts_of
from articles.translations.reading import reading
from tests.consumers import runs
from tests.openapi_client import Partner
from triage import artefacts
from triage.answers import FORM_TYPE, fields
from triage.around import in_its_languages
from triage.artefacts import opened
from triage.library import library
from triage.models import ProtocolPage
from triage.other_words import in_words
from triage.package import sealed

pytestmark = pytest.mark.django_db
ZH = "zh-hant"


def in_chinese(document: Any) -> tuple[Any, TranslationPage]:
    """Return a release in which every word of the protocol itself is another one."""
    page = ProtocolPage.objects.get(pk=document["page"])
    texts = {
        part.key: {"of": part.of, "mark": part.mark, "texts": {name: f"譯 {text}" for name, text in part.texts.items()}}
        for part in parts_of(page)
    }
    translation = TranslationPage(title="x", slug="x", source=page, language=ZH, texts=texts)
    translation.get_url_parts = lambda *args, **kwargs: (1, "", f"/{ZH}/check/{page.slug}/")
    with override(ZH), reading(ZH, known={page.pk: translation}):
        return in_words(document, library(), ZH), translation


@pytest.fixture
def chinese(released: artefacts.Shelf, documents: Any) -> artefacts.Shelf:
    """Return the releases on disk, with the calf check in Chinese."""
    found, index = documents
    made, _ = in_chinese(found["calf"])
    artefacts.write(found, index, {ZH: ({**index, "title": "檢查"}, {"calf": made})})
    return artefacts.shelf()


def test_one_proof_holds_for_all_languages(chinese):
    source, other = chinese.current("calf"), chinese.in_language(ZH).current("calf")
    dice = random.Random(7)  # noqa: S311  # nothing secret

    assert other.document["engine"]["tables"] == source.document["engine"]["tables"]
    assert other.machine.hash == source.machine.hash
    assert other.hash == source.hash
    for answers in [runs.run(source.machine, dice) for _ in range(40)]:
        held = frozenset({"M-WALK"})
        assert runs.expected(other.machine, answers, held) == runs.expected(source.machine, answers, held)


def test_what_would_decide_otherwise_is_not_used(documents, caplog):
    document = documents[0]["calf"]
    tables = {**document["engine"]["tables"], "findings": document["engine"]["tables"]["findings"][::-1]}
    caplog.set_level(logging.CRITICAL)

    made, _ = in_chinese({**document, "engine": {**document["engine"], "tables": tables}})

    assert made is None
    assert "would decide otherwise" in caplog.text


def test_a_language_switch_keeps_the_answers_which_are_in_the_body_alone(client, chinese):
    first = chinese.current("calf").machine.protocol.questions[0]
    answers = {first.key: first.options[-1].key}
    body = {**fields(answers), "v": chinese.current("calf").hash, "who": "me", "go": "next"}

    response = client.post(f"/{ZH}/check/calf/", "&".join(f"{k}={v}" for k, v in body.items()), content_type=FORM_TYPE)
    text = response.content.decode()

    assert response.status_code == 200
    assert "譯 " in text
    assert f'action="/{ZH}/check/calf/"' in text
    assert f'name="a-{first.key}" value="{answers[first.key]}"' in text
    assert not [c for c in text if "\ue000" <= c <= "\ue005"]
    assert not response.cookies


def test_newer_words_of_the_same_release_take_the_place_of_those_before(client, chinese, documents):
    found, index = documents
    made, _ = in_chinese(found["calf"])
    for words in ("新的標題", "更新的標題"):
        newer = {name: value for name, value in {**made, "title": words}.items() if name != "hash"}
        artefacts.write(found, index, {ZH: ({**index, "notice": "原文已更新。"}, {"calf": sealed(newer)})})

        assert artefacts.shelf().in_language(ZH).current("calf").document["title"] == words
        assert words in client.get(f"/{ZH}/check/calf/").content.decode()


def test_the_notice_above_what_has_changed_is_the_one_that_is_approved(chinese, documents):
    found, index = documents
    text = source_text("Go today.", rich=False, stale=True)
    artefacts.write(found, index, {ZH: ({**index, "notice": languages.NOTICE}, {})})
    with override(ZH):
        assert "這個部分已更改" in in_its_languages(text)
        artefacts.write(found, index, {ZH: ({**index, "notice": "原文已更新。"}, {})})
        assert "原文已更新。" in in_its_languages(text)


def test_the_switch_leads_to_where_the_answers_are_taken(client, chinese):
    for here, there in (("/check/calf/", f"/{ZH}/check/calf/"), (f"/{ZH}/check/calf/", "/check/calf/")):
        asked = client.post(here, "go=begin&who=me", content_type=FORM_TYPE).content.decode()
        switch = re.search(r'<button[^>]* data-language [^>]*formaction="([^"]*)"', asked)

        assert switch[1] == there
        assert client.post(there, "go=language&who=me&q=age", content_type=FORM_TYPE).status_code == 200
        assert f'href="{there}"' in client.get(here).content.decode()


def test_the_check_of_the_source_keeps_its_words(client, chinese):
    assert "譯" not in client.get("/check/calf/").content.decode()
    assert "譯 " in client.get(f"/{ZH}/check/calf/").content.decode()


def test_what_is_not_translated_says_so(chinese):
    pregnancy = chinese.in_language(ZH).current("pregnancy")
    calf = chinese.in_language(ZH).current("calf").document

    assert bare(pregnancy.document["title"]) == chinese.current("pregnancy").document["title"]
    assert pregnancy.document["title"].startswith(INLINE)
    assert any(INLINE in rule["title"] for rule in calf["engine"]["source"]["rules"])


def test_a_withdrawn_check_is_gone_in_every_language(chinese, documents):
    artefacts.write({"pregnancy": documents[0]["pregnancy"]}, documents[1])

    assert artefacts.shelf().words.get(ZH, {}) == {}
    with pytest.raises(artefacts.NoCheckError):
        artefacts.shelf().in_language(ZH).current("calf")
    assert not opened(documents[0]["pregnancy"]).document.get("of")


def test_a_program_runs_it_in_the_other_language_under_the_same_proof(chinese):
    partner = Partner()
    answers = {"age": "from_18_to_59", "pregnancy": ["none"], "danger": ["chest_pain"]}
    first = partner.call("runCheck", {"answers": {}}, slug="calf", language="zh-Hant").body

    source, other = (
        partner.call("runCheck", {"answers": answers}, slug="calf", language=tag) for tag in ("en-GB", "ZH-HANT")
    )

    same = ("status", "version", "engine_fingerprint", "asked", "not_understood")
    assert [other.body[name] for name in same] == [source.body[name] for name in same]
    assert other.headers["Content-Language"] == other.body["language"] == "zh-Hant"
    results = source.body["result"], other.body["result"]
    assert results[1]["disposition"] == results[0]["disposition"] == "emergency_now"
    assert results[1]["label"] == f"譯 {results[0]['label']}"
    assert first["unfinished"]["say"].startswith("你還沒有完成")
    assert first["unfinished"]["safe"] is False
    # rules of the test are not translated: they come in English, and are named
    assert results[1]["lead"] == results[0]["lead"]
    assert "/result/lead" in other.body["in_source_language"]
    assert source.body["in_source_language"] == []
    assert not [c for c in str(other.body) if "\ue000" <= c <= "\ue005"]


def test_a_program_is_told_which_languages_there_are(chinese):
    partner = Partner()
    listed = partner.call("listChecks", language="zh-hant").body["items"]
    described = partner.call("getCheck", slug="calf", language="zh-hant").body

    assert [one["slug"] for one in listed] == ["calf"]
    assert described["languages"] == ["en-GB", "zh-Hant"]
    assert partner.follow("getCheck", described["detail_url"]).body["language"] == "zh-Hant"
    assert described["questions"][0]["text"].startswith("譯 ")
    for slug, name, status in (("pregnancy", "zh-Hant", 404), ("calf", "tlh", 400), ("none", "zh-Hant", 410)):
        said = partner.call("runCheck", {"answers": {}}, slug=slug, language=name)
        assert (said.status, said.body["safe"], said.body["disposition"]) == (status, False, None)
    assert "en-GB" in partner.call("getCheck", slug="pregnancy", language="zh-Hant").body["detail"]


def test_a_check_that_is_not_told_in_a_language_is_answered_in_its_own(client, chinese):
    led = client.get(f"/{ZH}/check/pregnancy/")
    sent = client.post(f"/{ZH}/check/pregnancy/", "go=begin&who=me", content_type=FORM_TYPE).content.decode()
    listed = client.get(f"/{ZH}/check/").content.decode()

    assert (led.status_code, led.headers["Location"]) == (302, "/check/pregnancy/")
    assert '<html lang="en-GB">' in sent
    assert 'action="/check/pregnancy/"' in sent
    title = chinese.current("pregnancy").document["title"]
    assert f'<span lang="en-GB" dir="ltr">{title}</span>' in listed


def test_where_no_check_is_told_the_list_is_that_of_the_source(client, released):
    assert client.get(f"/{ZH}/check/").headers["Location"] == "/check/"


def test_plain_answers_are_said_in_the_language_that_is_read(chinese):
    questions = chinese.in_language(ZH).current("calf").machine.protocol.questions

    assert {one.unsure_label for one in questions if one.allow_unsure} >= {"不確定"}
    assert "Not sure" not in {one.unsure_label for one in questions}
