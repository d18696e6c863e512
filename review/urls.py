"""Public addresses of the review."""

from django.urls import path

from review.views import media, public

app_name = "review_public"
urlpatterns = [
    path("media/<path:name>", media.picture, name="media"),
    path("ledger.json", public.ledger_json, name="ledger-json-all"),
    path("ledger/<int:pk>/", public.ledger_page, name="ledger"),
    path("ledger/<int:pk>/ledger.json", public.ledger_json, name="ledger-json"),
    path("ledger/<int:pk>/content.json", public.content_json, name="content-json"),
    path("unsafe/", public.concerns, name="concerns"),
    path("unsafe/<int:pk>/", public.concern, name="concern"),
]
