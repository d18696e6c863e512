"""Which number a page tells: that of a place, named as soon as somebody could take it for that of another."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import override

from articles import models as m
from articles import queries
from articles.dialling import Dialling, Number, Record, dialling, from_json, main_of, near
from articles.translations.checks import Terms, findings
from articles.translations.marked import bare
from articles.translations.problems import glossary
from articles.translations.reading import reading
from review import dependencies
from review.templatetags.review_days import day_in_words
from tests.factories.articles import past_the_gate
from triage import package
from triage.around import whom_to_dial
from triage.speaking import day_words

ZH = "zh-hant"
UK = Record(1, "United Kingdom", "999", "111", "/uk/")
TAIWAN = Record(2, "Taiwan", "119", "", "/tw/", frozenset({ZH}))
HONG_KONG = Record(3, "Hong Kong", "999", "", "/hk/", frozenset({ZH}))
ALL = [UK, TAIWAN, HONG_KONG]
# The words of the records themselves are not translated in the content of the tests.
IN_CHINESE = "119（Taiwan）或 999（Hong Kong、United Kingdom）"
SUNDAY = dt.date(2026, 11, 22)


def test_one_place_need_not_be_named_in_the_language_of_the_source():
    assert dialling([UK], UK, "en") == Dialling((Number("999"),), (Number("111"),), "")


def test_in_another_language_even_the_only_place_is_named():
    assert dialling([UK], UK, ZH).phrase == "999 (United Kingdom)"


def test_the_chief_places_of_a_language_stand_first_and_the_main_place_is_always_there():
    told = dialling(ALL, UK, ZH)

    assert [(one.number, one.places) for one in told.emergency] == [
        ("119", ("Taiwan",)),
        ("999", ("Hong Kong", "United Kingdom")),
    ]
    assert told.elsewhere == "/tw/#other-places"
    assert [one.place for one in near(ALL, UK, ZH)] == ["Taiwan", "Hong Kong", "United Kingdom"]


def test_with_several_places_the_main_one_is_named_in_the_language_of_the_source_too():
    told = dialling(ALL, UK, "en")

    assert (told.phrase, told.urgent_phrase, told.elsewhere) == (
        "999 (United Kingdom)", "111 (United Kingdom)", "/uk/#other-places",
    )  # fmt: skip


@pytest.mark.parametrize(("chosen", "main"), [(3, HONG_KONG), (None, UK), (99, UK)])
def test_the_main_place_is_the_one_chosen_else_the_first_that_is_released(chosen, main):
    assert main_of(ALL, chosen) is main


def test_a_main_place_that_is_gone_is_replaced_and_its_replacement_named():
    left = [TAIWAN, HONG_KONG]

    assert dialling(left, main_of(left, UK.pk), "en").phrase == "119 (Taiwan)"


def test_without_any_record_the_number_of_the_settings_stands_with_its_place(settings):
    settings.EMERGENCY_NUMBER, settings.EMERGENCY_PLACE = "112", "Somewhere"

    assert dialling([], None, ZH).phrase == "112 (Somewhere)"


def test_what_is_kept_as_data_comes_back_as_it_was():
    told = dialling(ALL, UK, ZH)

    assert from_json(told.as_json()) == told


def test_a_release_from_before_there_were_places_still_says_its_number():
    old = {"emergency_number": "999", "urgent_number": "111"}

    assert whom_to_dial(old) == Dialling((Number("999"),), (Number("111"),))


@pytest.mark.parametrize(("number", "dialled"), [("999", "999"), ("1 23 45", "12345"), ("+44 1", "+441")])
def test_a_telephone_gets_no_spaces(number, dialled):
    assert Number(number).tel == dialled


@pytest.mark.django_db
class TestPages:
    """The starter content: three places, Taiwan and Hong Kong for readers of Chinese."""

    def test_a_page_in_each_language_names_the_place_beside_each_number(self, client, rf):
        english = client.get("/").content.decode()
        with override(ZH):
            chinese = queries.shell(rf.get("/zh-hant/")).dial
            assert chinese.phrase == IN_CHINESE

        assert '<a href="tel:999"><bdi class="number-dialled">999</bdi></a> (United Kingdom)' in english
        assert "tel:119" not in english
        assert chinese.elsewhere == "/who-to-see-taiwan/#other-places"

    def test_the_record_of_a_place_leads_to_all_others_with_their_numbers(self, client):
        html = client.get("/who-to-see-taiwan/").content.decode()

        others = html[html.index('id="other-places"') :]
        assert others.index("United Kingdom") < others.index("Hong Kong")
        assert "https://www.nfa.gov.tw/" in html

    def test_a_withdrawn_place_is_told_no_longer(self, rf):
        past_the_gate(m.ServicesPage.objects.filter(place="Taiwan"), live=False)

        with override(ZH):
            told = queries.shell(rf.get("/zh-hant/")).dial.phrase

        assert told == "999（Hong Kong、United Kingdom）"

    def test_every_page_rests_on_the_records_of_all_places(self, rf):
        with dependencies.collected() as found:
            queries.shell(rf.get("/"))

        kind = ContentType.objects.get_for_model(m.ServicesPage).pk
        pages = [f"p:{pk}" for pk in m.ServicesPage.objects.values_list("pk", flat=True)]
        assert found.keys.issuperset({f"t:{kind}", f"p:{m.HomePage.objects.get().pk}", *pages})

    def test_services_are_called_as_in_the_place_that_is_shown(self, rf):
        with override(ZH), reading(ZH):
            chinese = queries.shell(rf.get("/zh-hant/")).services
        english = queries.shell(rf.get("/")).services

        assert bare(chinese["maternity"]) == "Delivery room or emergency department"
        assert english["emergency"] == "Emergency department (A&E)"

    def test_a_check_says_the_same_numbers_as_the_pages(self):
        with override(ZH), reading(ZH):
            known = package.services()
            told = bare(whom_to_dial(known).phrase)

        assert (known["emergency_number"], told) == ("999", IN_CHINESE)
        assert bare(known["names_of"]) == "Taiwan"
        assert bare(known["names"]["maternity"]["name"]) == "Delivery room or emergency department"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            (lambda page: setattr(page, "emergency_number", "nine"), "emergency_number"),
            (lambda page: setattr(page, "emergency_number", ""), "emergency_number"),
            (lambda page: setattr(page, "urgent_number", "11I"), "urgent_number"),
        ],
    )
    def test_a_number_is_made_of_digits(self, change: Callable[[m.ServicesPage], None], field: str):
        page = m.ServicesPage.objects.get(place="Taiwan")
        change(page)

        with pytest.raises(ValidationError) as refused:
            page.full_clean()
        assert list(refused.value.message_dict) == [field]

    def test_a_record_without_a_source_or_of_a_place_that_has_one_cannot_be_submitted(self):
        page = m.ServicesPage.objects.get(place="Taiwan")
        page.numbers_from, page.place = "", "united kingdom"

        assert {one.field for one in page.content_problems()} >= {"numbers_from", "place"}

    def test_days_are_written_as_in_the_main_place(self, client):
        past_the_gate(m.ServicesPage.objects.filter(place="United Kingdom"), dates="F j, Y")

        shell = queries.shell(client.get("/").wsgi_request)

        assert day_in_words(SUNDAY, shell.dates) == "November 22, 2026"

    def test_a_place_without_a_name_in_a_language_gives_its_translations_no_number(self):
        terms = glossary(ZH)

        assert (terms.main, terms.dialled) == ("999", {})


def test_a_translation_may_say_the_number_of_its_place_if_it_names_the_place():
    terms, source = Terms(main="999", dialled={"119": ("台灣",)}), "Call 999."

    assert findings(source, "在台灣打 119。", terms) == []
    assert findings(source, "打 119。", terms) == [
        "Emergency number 999 is lost", "Emergency number 119 is not in the source",
    ]  # fmt: skip
    assert "Emergency number 110 is not in the source" in findings(source, "在台灣打 110。", terms)
    assert "Emergency number 119 is not in the source" in findings("Call 112.", "在台灣打 119。", terms)


def test_without_places_a_translation_says_the_number_of_the_source():
    assert "Emergency number 999 is lost" in findings("Call 999.", "在台灣打 119。", Terms())


@pytest.mark.parametrize(
    ("language", "form", "words", "spoken"),
    [
        ("en-gb", "", "22 November 2026", "Sunday 22 November 2026"),
        ("en-gb", "Y-m-d", "2026-11-22", "Sunday 2026-11-22"),
        (ZH, "", "2026年11月22日", "2026年11月22日 星期日"),
    ],
)
def test_days_are_written_as_the_language_and_the_place_have_them(language, form, words, spoken):
    with override(language):
        assert (day_in_words(SUNDAY, form), day_words(SUNDAY, form)) == (words, spoken)
