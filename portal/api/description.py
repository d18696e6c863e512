"""The description of the interface (OpenAPI 3.1): written as YAML beside the code, served as one document."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from articles.addresses import absolute
from portal.api.answers import READ, public
from portal.api.problems import problem

FOLDER = Path(__file__).parent / "openapi"


@cache
def document() -> dict[str, Any]:
    """Return the description, put together from its files."""
    parts = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    whole: dict[str, Any] = {}
    for part in parts:
        _add(whole, part)
    return whole | {"servers": [{"url": settings.SITE_URL}]}


def _add(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for name, value in part.items():
        if isinstance(value, dict) and isinstance(whole.get(name), dict):
            _add(whole[name], value)
        else:
            whole[name] = value


@public(*READ)
def start(request: HttpRequest) -> HttpResponse:
    """Say what there is."""
    named = {"openapi_url": "openapi.json", "pages_url": "pages/", "checks_url": "checks/"}
    links = {name: absolute(f"/api/v1/{end}") for name, end in named.items()}
    return JsonResponse({"version": document()["info"]["version"], **links, "ledger_url": absolute("/ledger.json")})


@public(*READ)
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the description."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@public(*READ)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Say in the words of the interface that there is no such address."""
    return problem(404, "There is nothing here.")
