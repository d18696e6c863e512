"""Sitemap and robots: public addresses of released pages, whatever host a request names."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from articles.models import TermPage
from review.actions import withdraw
from review.demo import make_people

pytestmark = pytest.mark.django_db
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def entries(client: Client) -> dict[str, str]:
    tree = ET.fromstring(client.get("/sitemap.xml", headers={"host": "evil.example"}).content)  # noqa: S314  # our own
    return {
        u.find("s:loc", NAMESPACE).text: u.find("s:lastmod", NAMESPACE).text for u in tree.findall("s:url", NAMESPACE)
    }


def test_the_sitemap_lists_every_released_page_once(client: Client, settings):
    found = entries(client)

    paths = {page.url for page in Page.objects.live().filter(depth__gt=1)}
    assert set(found) == {f"{settings.SITE_URL}{path}" for path in paths}


def test_the_sitemap_says_when_a_page_was_released(client: Client, settings):
    page = TermPage.objects.get(slug="soreness")

    assert entries(client)[f"{settings.SITE_URL}{page.url}"] == page.last_published_at.date().isoformat()


def test_a_withdrawn_page_leaves_the_sitemap(client: Client, settings):
    page = TermPage.objects.get(slug="soreness")

    withdraw(page=page, by=make_people().reviewer, now=timezone.now(), reason="A fault")

    assert f"{settings.SITE_URL}{page.url}" not in entries(client)


def test_the_sitemap_needs_few_queries(client: Client, django_assert_max_num_queries):
    client.get("/sitemap.xml")

    with django_assert_max_num_queries(8):
        client.get("/sitemap.xml")


def test_robots_names_the_sitemap_at_its_public_address(client: Client, settings):
    text = client.get("/robots.txt", headers={"host": "evil.example"}).content.decode()

    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text
    assert "Disallow: /admin/" in text
    assert "Disallow: /search/" in text
    assert "evil" not in text
