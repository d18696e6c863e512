"""Every address that the URL configuration answers, by name, with arguments that lead somewhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Addresses without a name, and those whose patterns do not name their arguments: an example of each.
EXAMPLES = {
    "admin/test404/": "/admin/test404/",
    "admin/^.*/$": "/admin/no/such/place/",
    "^((?:[\\w\\-]+/)*)$": "/about/",
    "wagtail_serve": "/about/",
    "guide-pdf": "/guides/calf-soreness/calf-soreness.pdf",
}


# What an address is asked with, where it says nothing without.
QUERIES = {"wagtail_bulk_action": "id={page_id}", "wagtailadmin_choose_page_chosen_multiple": "id={page_id}"}


@dataclass(frozen=True)
class Address:
    """One pattern; `name` is its own: the name with its namespaces, and the pattern too where two share a name."""

    name: str
    full_name: str
    route: str
    arguments: tuple[str, ...]

    def path(self, known: Mapping[str, Any]) -> str:
        """Return an address; `known` holds values by argument, or by `namespace argument` or `name argument`."""
        if self.name in EXAMPLES:
            return EXAMPLES[self.name]
        space = self.full_name.rpartition(":")[0]
        values = [
            known[next(key for key in (f"{self.full_name} {one}", f"{space} {one}", one) if key in known)]
            for one in self.arguments
        ]
        if any(one.isdigit() for one in self.arguments):
            path = reverse(self.full_name, args=values)
        else:
            path = reverse(self.full_name, kwargs=dict(zip(self.arguments, values, strict=True)))
        query = QUERIES.get(self.name, "").format(**known)
        return f"{path}?{query}" if query else path


def addresses() -> list[Address]:
    """Return every address of the site, in the order of the URL configuration."""
    found = list(_walk(get_resolver(), "", ()))
    often = Counter(name for name, _, _ in found)
    return [
        Address(
            name=route if not name else name if often[name] == 1 else f"{name} {route}",
            full_name=name,
            route=route,
            arguments=arguments,
        )
        for name, route, arguments in found
    ]


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, spaces + ((pattern.namespace,) if pattern.namespace else ()))
        elif isinstance(pattern, URLPattern):
            yield ":".join((*spaces, pattern.name)) if pattern.name else "", route, _arguments(pattern)


def _arguments(pattern: URLPattern) -> tuple[str, ...]:
    """Return the names of the arguments, numbers for those without one."""
    expression = pattern.pattern.regex
    return tuple(expression.groupindex) or tuple(str(place) for place in range(expression.groups))
