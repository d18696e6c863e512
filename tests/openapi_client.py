"""A partner's program that knows nothing of the site but the description of its interface.

It calls operations by their names, and refuses whatever the description does not say: an answer with another status,
another kind, a field too many or too few.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

Json = dict[str, Any]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: Any


class Partner:
    """A program made from the description that the site serves."""

    def __init__(self, client: Client | None = None, at: str = "/api/v1/openapi.json") -> None:
        self.client = client or Client(raise_request_exception=False)
        self.document: Json = json.loads(self.client.get(at).content)
        self._components = _strict(self.document["components"])
        self.operations = {
            found["operationId"]: (path, method, found)
            for path, methods in self.document["paths"].items()
            for method, found in methods.items()
        }

    def call(self, operation: str, body: Any = None, *, headers: Json | None = None, **given: Any) -> Answer:
        """Call an operation; parameters by name."""
        path, method, known = self.operations[operation]
        query = {}
        for named in known.get("parameters", []):
            parameter = self._resolved(named)
            if parameter["name"] not in given:
                assert not parameter.get("required"), parameter["name"]
            elif parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(given.pop(parameter["name"])))
            else:
                query[parameter["name"]] = given.pop(parameter["name"])
        assert not given, given
        sent: Json = {"headers": headers or {}}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        address = f"{path}?{urlencode(query)}" if query else path
        return self.checked(known, getattr(self.client, method)(address, **sent))

    def follow(self, operation: str, address: str) -> Answer:
        """Ask for an address that an answer named, as an operation that it is one of."""
        parts = urlsplit(address)
        return self.checked(
            self.operations[operation][2], self.client.get(parts.path + ("?" + parts.query) * bool(parts.query))
        )

    def checked(self, known: Json, response: Any) -> Answer:
        """Return an answer as the description has it."""
        named = known["responses"].get(str(response.status_code))
        assert named, f"{response.status_code} is not described: {response.content[:300]!r}"
        described = self._resolved(named).get("content")
        if not described:
            assert response.content == b""
            return Answer(response.status_code, response.headers, None)
        kind = response["Content-Type"].partition(";")[0]
        assert kind in described, kind
        body = json.loads(response.content)
        schema = {**described[kind]["schema"], "components": self._components}
        faults = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
        assert not [f"{list(fault.absolute_path)}: {fault.message[:200]}" for fault in faults]
        return Answer(response.status_code, response.headers, body)

    def _resolved(self, named: Json) -> Json:
        if "$ref" not in named:
            return named
        found: Any = self.document
        for part in named["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found


def _strict(schema: Any) -> Any:
    """Return a schema in which no field is allowed that is not named."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _strict(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        found.setdefault("additionalProperties", False)
    return found
