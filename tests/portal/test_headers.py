"""What leaves the house: policies, cookies, and the score they make."""

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.admin.widgets import BaseChooser

from articles.models import GuidePage
from portal import headers, starting
from tests.portal.observatory import policy_of, score
from tests.review import making

pytestmark = pytest.mark.django_db
READERS = [
    "/", "/guides/calf-soreness/", "/causes/deep-vein-thrombosis/", "/search/?q=cramp", "/search/suggest/?q=cr",
    "/check/", "/check/calf/", "/check/calf/paper/", "/check/cleared/", "/ledger.json", "/robots.txt", "/sitemap.xml",
    "/no-such-page/",
]  # fmt: skip


def close(response):
    """Close the file of an answer and nothing else: Django would close the database of the test."""
    for one in response._resource_closers:
        one()


@pytest.fixture
def over_https(settings):
    """Answer as a site on HTTPS does."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return Client(headers={"host": "example.org"})


def reader_places():
    guide = GuidePage.objects.get(slug="calf-soreness").pk
    return [*READERS, f"/ledger/{guide}/", f"/unsafe/{guide}/", f"/ledger/{guide}/content.json"]


def test_readers_get_the_strictest_policy_and_never_a_cookie(client):
    for place in reader_places():
        response = client.get(place)

        assert response.headers["Content-Security-Policy"] == headers.READER, place
        assert response.headers["X-Frame-Options"] == "DENY", place
        assert not response.cookies, place
        assert "cookie" not in response.headers.get("Vary", "").lower(), place
        for name, value in headers.ALWAYS.items():
            if name != "Referrer-Policy" or not place.startswith("/check/"):
                assert response.headers[name] == value, (place, name)


@pytest.mark.parametrize("place", ["/check/calf/", "/unsafe/{}/"])
def test_readers_forms_take_posts_and_set_no_cookie(place):
    place = place.format(GuidePage.objects.get(slug="calf-soreness").pk)
    response = Client(enforce_csrf_checks=True).post(place, {"text": "The dose is wrong."}, headers={"origin": "null"})

    assert response.status_code != 403
    assert not response.cookies


def test_no_policy_lets_anything_inline_or_foreign_in():
    for policy in (headers.READER, headers.EDITOR, headers.ADMIN, headers.FILE):
        found = policy_of(policy)
        assert found["default-src"] == {"'none'"}
        values = set().union(*found.values()) - {"'script'"}
        assert values <= {"'none'", "'self'", "blob:"}
        assert "blob:" not in found.get("script-src", set())


def test_the_policy_is_as_strict_while_debugging(client, settings):
    settings.DEBUG = True

    assert client.get("/").headers["Content-Security-Policy"] == headers.READER


def test_an_editor_gets_tools_on_public_pages_but_no_inline_script(client):
    client.force_login(making.editor())

    assert client.get("/guides/calf-soreness/").headers["Content-Security-Policy"] == headers.EDITOR
    assert client.get(reverse("wagtailadmin_home")).headers["Content-Security-Policy"] == headers.ADMIN


def test_a_preview_may_stand_in_a_frame_of_ours(client):
    client.force_login(making.editor())
    guide = GuidePage.objects.get(slug="calf-soreness").pk

    response = client.get(reverse("wagtailadmin_pages:view_draft", args=[guide]))
    assert response.headers["Content-Security-Policy"] == headers.EDITOR
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_readers_pages_score_150_and_more(over_https):
    points = {place: score(over_https.get(place, secure=True)) for place in reader_places()}

    assert min(points.values()) >= 150, points


def test_the_admin_scores_140_and_more(over_https):
    login = over_https.get(reverse("wagtailadmin_login"), secure=True)
    over_https.force_login(making.editor())
    home = over_https.get(reverse("wagtailadmin_home"), secure=True)

    assert login.cookies
    assert score(login) >= 140
    assert score(home) >= 140


def test_the_score_is_not_given_for_nothing(client):
    plain = client.get("/robots.txt")
    for name in list(plain.headers):
        if name != "Content-Type":
            del plain.headers[name]

    assert score(plain) < 40


def test_the_deployment_check_is_silent(settings, monkeypatch):
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")  # the tests' own
    settings.SECRET_KEY = "x" * 10 + "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFGHIJ"  # long, with many characters
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.ALLOWED_HOSTS = ["example.org"]
    # what is asked of the environment has tests of its own
    monkeypatch.setattr("portal.production.CHECKS", ())

    call_command("check", deploy=True, fail_level="WARNING")


def _choosers(kind=BaseChooser):
    for child in kind.__subclasses__():
        yield child
        yield from _choosers(child)


def test_every_chooser_starts_by_a_name_that_the_script_knows():
    script = (site_settings.BASE_DIR / "portal/static/portal/js/admin-start.js").read_text()
    own = {kind for kind in _choosers() if "render_js_init" in vars(kind)}

    assert {kind.__name__ for kind in own} == {"AdminTaskChooser"}
    for kind in set(_choosers()) - own:
        assert f'"{kind.js_constructor}"' in script, kind


def test_arguments_of_a_widget_survive_the_way_through_markup():
    made = starting.start("new:InlinePanel", '{"label": "a \\"quoted\\" <b> & \'", "id": "x-__prefix__-y"}')

    assert "<b>" not in made
    assert "__prefix__\\u002Dy\\u0022" in made


@pytest.mark.parametrize(
    ("place", "status"),
    [("/static/portal/js/reading.js", 200), ("/no-such-page/", 404), ("/guides/calf-soreness", 301), ("/admin/", 302),
     ("/documents/1/none.pdf", 404), ("/media/none.pdf", 404), ("/check/nope/", 410), ("/admin/none/", 302)],
)  # fmt: skip
def test_every_kind_of_answer_has_every_header(over_https, place, status):
    for method in ("get", "head"):
        response = getattr(over_https, method)(place, secure=True)
        close(response)

        assert response.status_code == status, place
        assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000"), place
        assert "frame-ancestors" in response.headers["Content-Security-Policy"]
        for name in set(headers.ALWAYS) - ({"Referrer-Policy"} if place.startswith("/check/") else set()):
            assert response.headers[name] == headers.ALWAYS[name], (place, name)


def test_a_redirect_to_https_has_the_policies_too(over_https, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client(headers={"host": "example.org"}).get("/guides/calf-soreness/")

    assert (response.status_code, response.headers["Location"]) == (301, "https://example.org/guides/calf-soreness/")
    assert response.headers["Content-Security-Policy"] == headers.READER


def test_each_weight_of_the_score_counts(over_https):
    def points(**changed):
        response = over_https.get("/guides/calf-soreness/", secure=True)
        for name, value in changed.items():
            response.headers[name.replace("_", "-")] = value
        return score(response)

    assert points() == 150
    assert points(Referrer_Policy="unsafe-url") == 140
    assert points(Cross_Origin_Resource_Policy="cross-origin") == 140
    assert points(Cross_Origin_Opener_Policy="unsafe-none") == 140
    assert points(Cross_Origin_Embedder_Policy="unsafe-none") == 140
    assert points(Strict_Transport_Security="max-age=60") == 140
    assert points(Strict_Transport_Security="") == 80
    assert points(Content_Security_Policy="default-src 'self'; form-action 'self'") == 140
    assert points(Content_Security_Policy="default-src 'none'; script-src 'unsafe-inline'") == 80
    assert points(Access_Control_Allow_Credentials="true") == 50


def test_no_answer_is_shared_with_other_sites(client):
    for place in (*reader_places(), "/static/portal/js/reading.js", "/admin/login/"):
        answer = client.get(place, headers={"origin": "https://evil.example"})
        close(answer)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")], place


def test_every_answer_says_what_it_is(client):
    for place in (*reader_places(), "/admin/login/"):
        kind = client.get(place).headers["Content-Type"]
        assert kind.endswith("charset=utf-8") or kind == "application/json", (place, kind)


def test_the_forms_of_the_admin_need_a_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(making.editor())
    for name in ("wagtailadmin_account", "portal_second_factor", "wagtailadmin_login", "wagtailadmin_password_reset"):
        answer = browser.post(reverse(name), {"code": "1"}, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403, name


def test_nothing_of_the_machine_is_served(client):
    for place in ("/.git/config", "/.env", "/manage.py", "/var/secret-key", "/static/../portal/settings.py", "/media/",
                  "/requirements.txt", "/debug/", "/metrics", "/server-status", "/docs/", "/api/", "/tests/",
                  "/static/%2e%2e/manage.py", "/media/%2e%2e/secret-key"):  # fmt: skip
        assert client.get(place, follow=True).status_code in {404, 410}, place


def test_trace_is_not_answered(client):
    for place in ("/", "/check/calf/", "/search/", "/admin/login/"):
        assert client.generic("TRACE", place, headers={"x-secret": "mirrored"}).status_code in {302, 403, 405}, place


def test_an_error_says_nothing_of_the_machine(client, monkeypatch):
    client.raise_request_exception = False

    def broken(*args):
        raise ValueError("secret of the machine")

    monkeypatch.setattr("portal.views.find", broken)
    answer = client.get("/search/?q=x")

    assert answer.status_code == 500
    for word in ("secret of", "Traceback", "site-packages", "Django", "Python"):
        assert word not in answer.content.decode()
