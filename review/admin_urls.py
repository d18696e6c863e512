"""Addresses of the review inside the admin."""

from django.urls import path

from review.views import credentials, dashboard, going_back, pages, reviewing

app_name = "review"
urlpatterns = [
    path("", dashboard.overview, name="dashboard"),
    path("tables/<slug:name>.csv", dashboard.table, name="table"),
    path("<int:pk>/", reviewing.screen, name="screen"),
    path("<int:pk>/rendered/<slug:which>/", reviewing.rendered, name="rendered"),
    path("<int:pk>/release/", reviewing.release, name="release"),
    path("<int:pk>/take-back/", reviewing.take_back, name="take-back"),
    path("<int:pk>/describe/", reviewing.describe, name="describe"),
    path("<int:pk>/comment/", reviewing.comment, name="comment"),
    path("submit/<int:page_id>/", reviewing.submit, name="submit"),
    path("page/<int:pk>/", pages.page, name="page"),
    path("page/<int:pk>/withdraw/", pages.withdraw, name="withdraw"),
    path("page/<int:pk>/confirm/", pages.confirm, name="confirm"),
    path("page/<int:pk>/roll-back/", going_back.roll_back, name="roll-back"),
    path("page/<int:pk>/back-to/<int:number>/", going_back.look, name="going-back"),
    path("page/<int:pk>/hold/", pages.hold, name="hold"),
    path("hold/<int:pk>/lift/", pages.lift, name="lift"),
    path("concerns/", pages.concerns, name="concerns"),
    path("concerns/<int:pk>/close/", pages.close_concern, name="close-concern"),
    path("credentials/", credentials.credentials, name="credentials"),
    path("credentials/new/", credentials.edit, name="credential-new"),
    path("credentials/<int:pk>/", credentials.edit, name="credential"),
    path("credentials/<int:pk>/revoke/", credentials.revoke, name="credential-revoke"),
]
