"""The short way of an input, and what it leaves out.

Most of what a request of the admin costs says nothing about what is in it: session, login and second factor are read
from the database, and a page is drawn around the answer. On the short way the person is there already, and of what
would be drawn only the rows are read from the database. The address is found, the input cleaned, the view chosen and
called, and an error is told apart from a form that cannot be read, all by the site's own code. Of each target one
input in some goes the whole way, through every middleware, and is drawn.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest import mock

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.handlers.base import BaseHandler
from django.core.paginator import Page as PartOfList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import Template
from django.test import Client, RequestFactory, override_settings
from django.utils.safestring import SafeString

# What an input must pass even on the short way: its language, the cleaning of what it holds, and who sends it.
PASSED = ["portal.languages.ByAddress", "portal.bad_input.BadInput"]
# So many rows of each list are read that a page would show.
ROWS = 60


def rarely(dice: Random, of: int) -> bool:
    """Return whether this input is the one of so many that goes the whole way."""
    return dice.randrange(of) == 0


@contextmanager
def drawn(*, wanted: bool) -> Iterator[None]:
    """Let answers be drawn, or let only the rows be read that they would show."""
    if wanted:
        yield
        return
    with mock.patch.object(Template, "render", _read_only):
        yield


def _read_only(template: Template, context: Any = None, request: Any = None) -> SafeString:
    for value in list((context or {}).values()):
        rows = value.object_list if isinstance(value, PartOfList) else value
        if isinstance(rows, QuerySet):
            list(rows[:ROWS])
    return SafeString("not drawn")


class Short:
    """Somebody who stands at the views, signed in already; an error in one is raised here."""

    def __init__(self, person: Any) -> None:
        self._person, self._factory, self._handler = person or AnonymousUser(), RequestFactory(), BaseHandler()
        self._person.get_all_permissions()
        self._person.is_verified = lambda: person is not None
        with override_settings(MIDDLEWARE=PASSED):
            self._handler.load_middleware()

    def get(self, address: str, data: Any = None) -> HttpResponse:
        """Ask for an address."""
        return self._answered(self._factory.get(address, data))

    def post(self, address: str, data: Any = None, **how: Any) -> HttpResponse:
        """Send something to an address."""
        return self._answered(self._factory.post(address, data, **how))

    def _answered(self, request: HttpRequest) -> HttpResponse:
        request.session = SessionStore()
        request._messages = CookieStorage(request)
        request._dont_enforce_csrf_checks = True
        # each request has its own: what a view remembers of somebody must not change what the next one says
        request.user = copy.copy(self._person)
        return self._handler.get_response(request)


class Ways:
    """Both ways of one person: `whole` is a browser, `short` stands at the views."""

    def __init__(self, person: Any) -> None:
        self.whole, self.short = Client(), Short(person)
        if person is not None:
            self.whole.force_login(person)

    def of(self, dice: Random, one_in: int) -> tuple[Any, bool]:
        """Return the way for an input, and whether it is the whole one."""
        whole = rarely(dice, one_in)
        return (self.whole if whole else self.short), whole
