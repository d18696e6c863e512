"""Addresses below /check/; before Wagtail's, so that they are answered without a database."""

from django.urls import path

from triage import export_views, receipt_views, views
from triage.vignettes import public

app_name = "triage"
urlpatterns = [
    path("", views.index, name="index"),
    path("receipt/", receipt_views.receipt, name="receipt"),
    path("cleared/", views.cleared, name="cleared"),
    path("<slug:slug>/", views.check, name="check"),
    path("<slug:slug>/paper/", views.paper, name="paper"),
    path("<slug:slug>/paper.pdf", views.paper_pdf, name="paper-pdf"),
    path("<slug:slug>/on-one-page/", views.says, name="says"),
    path("<slug:slug>/on-one-page.csv", views.says_table, name="says-table"),
    path("<slug:slug>/fhir/<str:release>/<path:name>", export_views.fhir, name="fhir"),
    path("<slug:slug>/rules.dmn", export_views.dmn, name="dmn"),
    path("<slug:slug>/accuracy/", public.accuracy, name="accuracy"),
    path("<slug:slug>/accuracy.json", public.results, name="results"),
]
