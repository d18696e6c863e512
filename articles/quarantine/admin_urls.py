"""Addresses of the screens of raw texts; all of them in the admin."""

from django.urls import path

from articles.quarantine import building_views, views

app_name = "quarantine"
urlpatterns = [
    path("", views.index, name="index"),
    path("bring-in/", views.bring_in, name="bring-in"),
    path("<int:raw_id>/", views.ledger, name="ledger"),
    path("<int:raw_id>/look-again/", views.look_again, name="look-again"),
    path("<int:raw_id>/bulk/", views.bulk, name="bulk"),
    path("<int:raw_id>/build/", building_views.build, name="build"),
    path("<int:raw_id>/report/", building_views.report, name="report"),
    path("<int:raw_id>/claims/<int:claim_id>/", views.decide, name="decide"),
    path("<int:raw_id>/claims/<int:claim_id>/reopen/", views.reopen, name="reopen"),
    path("<int:raw_id>/claims/<int:claim_id>/split/", views.split, name="split"),
    path("pages/<int:page_id>/", building_views.page_claims, name="page"),
    path("pages/<int:page_id>/<int:claim_id>/stop-using/", building_views.stop_using, name="stop-using"),
]
