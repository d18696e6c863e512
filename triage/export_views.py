"""Released checks as files for programs: public, made from released artefacts, the same for everybody."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from triage.artefacts import NoCheckError
from triage.exports import File, dmn_file, fhir_file
from triage.standards.codes import Fhir
from triage.standing_shelf import shelf
from triage.views import public

RELEASES = {str(one): one for one in Fhir}


@public("GET", "HEAD")
def fhir(request: HttpRequest, slug: str, release: str, name: str) -> HttpResponse:
    """Return one FHIR resource of a check, or all of them as a Bundle."""
    known = RELEASES.get(release)
    if known is None:
        raise NoCheckError(release)
    return sent(request, fhir_file(shelf().current(slug), known, name))


@public("GET", "HEAD")
def dmn(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the rules of a check as a decision model."""
    return sent(request, dmn_file(shelf().current(slug)), as_page=False)


def sent(request: HttpRequest, file: File, *, as_page: bool = True) -> HttpResponse:
    """Return a file, or only that it has not changed; `as_page`: a browser may show it."""
    response = get_conditional_response(request, etag=file.etag) or HttpResponse(file.body, content_type=file.kind)
    response["ETag"] = file.etag
    response["Content-Disposition"] = f'{"inline" if as_page else "attachment"}; filename="{file.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
