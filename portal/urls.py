"""Addresses: the editors' admin, the site's own views, then Wagtail's pages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import feeds, pictures, views
from portal.delivery import papers
from portal.delivery import views as delivery

urlpatterns = [
    # first, as readers wait for these; in each language below an address of its own, in that of the source without one
    *i18n_patterns(
        path("search/", views.search, name="search"),
        path("search/suggest/", views.suggest, name="search-suggest"),
        path("check/", include("triage.urls")),
        prefix_default_language=False,
    ),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("llms.txt", views.llms_txt, name="llms-txt"),
    path("pictures/<int:pk>-<slug:mark>.png", pictures.picture, name="page-picture"),
    path("feeds/releases/", feeds.releases, name="feed-releases"),
    path("feeds/safety/", feeds.safety, name="feed-safety"),
    path("api/v1/", include("portal.api.urls")),
    path("", include("review.urls")),
    re_path(r"^(?P<path>(?:[\w-]+/)*(?P<slug>[\w-]+)/)(?P=slug)\.pdf$", papers.guide, name="guide-pdf"),
    re_path(wagtail_urls.serve_pattern, delivery.serve),
    path("", include(wagtail_urls)),
]

handler400 = "portal.views.bad_request"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
