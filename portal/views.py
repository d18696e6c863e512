"""The site's own addresses: search, robots, sitemap, error pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html", {})


def suggest(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"suggestions": []})


def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/robots.txt", content_type="text/plain")


def sitemap(request: HttpRequest) -> HttpResponse:
    from wagtail.contrib.sitemaps.views import sitemap as view

    return view(request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
