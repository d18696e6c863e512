"""A check in another language: other words, the same decisions."""

import logging
import random
from typing import Any

import pytest
from django.utils.translation import override

from articles.models import TranslationPage
from articles.translations.marked import INLINE
from articles.translations.parts import parts_of
from articles.translations.reading import reading
from tests.consumers import runs
from triage import artefacts
from triage.answers import FORM_TYPE, fields
from triage.artefacts import opened
from triage.library import library
from triage.models import ProtocolPage
from triage.other_words import in_words

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


def test_the_check_of_the_source_keeps_its_words(client, chinese):
    assert "譯" not in client.get("/check/calf/").content.decode()
    assert "譯 " in client.get(f"/{ZH}/check/calf/").content.decode()


def test_what_is_not_translated_says_so(chinese):
    pregnancy = chinese.in_language(ZH).current("pregnancy")
    calf = chinese.in_language(ZH).current("calf").document

    assert pregnancy.document["title"] == chinese.current("pregnancy").document["title"]
    assert any(INLINE in rule["title"] for rule in calf["engine"]["source"]["rules"])


def test_a_withdrawn_check_is_gone_in_every_language(chinese, documents):
    artefacts.write({"pregnancy": documents[0]["pregnancy"]}, documents[1])

    assert artefacts.shelf().words.get(ZH, {}) == {}
    with pytest.raises(artefacts.NoCheckError):
        artefacts.shelf().in_language(ZH).current("calf")
    assert not opened(documents[0]["pregnancy"]).document.get("of")
