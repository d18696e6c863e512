"""One text, one hash; any other text, another one."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.models import BodySiteIndexPage, BodySitePage, CauseIndexPage, CausePage
from review.fingerprint import canonical, content, digest, fingerprint, governed_names, marks, of_content, plain
from review.uses import pages_of, shown_by
from tests.review import making

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON)
def test_two_values_have_one_hash_only_if_they_are_equal(a, b):
    assert (digest(a) == digest(b)) == (canonical(a) == canonical(b))


def test_numbers_and_times_have_one_form():
    east = timezone(timedelta(hours=2))
    assert plain(Decimal("1.500")) == plain(Decimal("1.5")) == "1.5"
    assert plain(datetime(2026, 1, 1, 12, tzinfo=east)) == plain(datetime(2026, 1, 1, 10, tzinfo=UTC))


def test_block_ids_do_not_count_but_order_does():
    one, two = {"type": "text", "value": "a", "id": "1"}, {"type": "text", "value": "b", "id": "2"}
    assert plain([one]) == plain([one | {"id": "9"}])
    assert digest(plain([one, two])) != digest(plain([two, one]))


def test_a_struct_with_other_keys_keeps_its_id():
    assert plain({"id": 1, "value": 2, "unit": "mg"}) == {"id": 1, "value": 2, "unit": "mg"}


@pytest.mark.django_db
def test_row_and_revision_have_one_fingerprint():
    source = making.released(making.source())
    page = making.released(making.term(sources=[source], definition="<p>Ache &amp; pain.</p>"))

    assert fingerprint(page) == fingerprint(page.live_revision.as_object())


@pytest.mark.django_db
def test_where_a_page_stands_and_who_locked_it_do_not_count():
    page = making.info()
    before = fingerprint(page)
    page.locked, page.draft_title, page.path = True, "Other", "0009"

    assert fingerprint(page) == before


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "slug", "seo_title", "search_description", "body", "search_words"])
def test_every_governed_field_counts(field):
    page = making.info()
    before = fingerprint(page)
    setattr(page, field, f"{getattr(page, field)}x")

    assert fingerprint(page) != before
    assert field in governed_names(type(page))


@pytest.mark.django_db
def test_the_fingerprint_follows_from_the_hashes_of_the_fields():
    page = making.info()
    governed = content(page)

    assert fingerprint(page) == digest({"type": "articles.infopage", "fields": marks(governed)})
    assert fingerprint(page) == of_content(governed, "articles.infopage")


@pytest.mark.django_db
def test_members_of_a_many_to_many_field_count():
    site = BodySitePage(title="Calf", slug="calf-of-tests", live=False, description="Here", zone="calf")
    making.section(BodySiteIndexPage).add_child(instance=site)
    cause = CausePage(title="Cramp", slug="cramp-of-tests", live=False, medical_name="Spasm")
    making.section(CauseIndexPage).add_child(instance=cause)
    before = fingerprint(CausePage.objects.get(pk=cause.pk))
    cause.sites.add(site)
    cause.save()

    assert content(CausePage.objects.get(pk=cause.pk))["sites"] == [site.pk]
    assert fingerprint(CausePage.objects.get(pk=cause.pk)) != before


@pytest.mark.django_db
def test_what_a_page_shows_is_read_from_its_blocks():
    source = making.source()
    page = making.term(sources=[source, source])

    assert pages_of(shown_by(page)) == {source.pk}
