"""The admin says whose it is: ours, not that of the software below it."""

import pytest

pytestmark = pytest.mark.django_db


def test_whoever_signs_in_reads_where(client):
    html = client.get("/admin/login/").content.decode()

    assert "Sign in to Gaitway" in html
    assert "- Gaitway</title>" in html
    assert "portal/img/mark.svg" in html
    assert "Sign in to Wagtail" not in html


def test_the_menu_carries_our_mark(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("tester"))

    html = client.get("/admin/").content.decode()

    assert 'class="admin-mark"' in html
    assert "- Gaitway</title>" in html


def test_no_badge_asks_anybody_to_read_news_of_the_software_below(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("tester"))

    html = client.get("/admin/").content.decode()

    assert "Keyboard shortcuts" in html
    assert "whats-new-in-wagtail" not in html
    assert "editor-guide" not in html
