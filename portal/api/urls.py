"""Addresses of the interface; a change that could break a program gets a new version beside this one."""

from django.urls import path

from portal.api import checks, description, pages

app_name = "api"
urlpatterns = [
    path("", description.start, name="start"),
    path("openapi.json", description.openapi, name="openapi"),
    path("pages/", pages.listing, name="pages"),
    path("pages/find/", pages.find, name="find"),
    path("pages/<int:pk>/", pages.detail, name="page"),
    path("checks/", checks.index, name="checks"),
    path("checks/<slug:slug>/", checks.detail, name="check"),
    path("checks/<slug:slug>/run/", checks.run, name="run"),
    path("checks/<path:rest>", checks.nothing, name="no-check"),
    path("<path:rest>", description.nothing, name="nothing"),
]
