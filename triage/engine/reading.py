"""Reads a dictionary field by field and notes every fault with its place."""

from collections.abc import Iterator, Mapping

from triage.engine.protocol import Issue

Data = Mapping[str, object]


class Reader:
    """One mapping being read; faults go to a shared list, reading goes on."""

    def __init__(self, data: object, place: str, issues: list[Issue]) -> None:
        """Start to read; anything but a mapping is a fault."""
        self.place = place
        self.issues = issues
        self.seen: set[str] = set()
        self.data: Data = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.fault("", "must be a mapping with keys")

    def fault(self, key: str, message: str) -> None:
        """Note one fault at this place."""
        where = ".".join(part for part in (self.place, key) if part)
        self.issues.append(Issue(where, message))

    def raw(self, key: str) -> object:
        """The value as it stands, or None; the key counts as known from now on."""
        self.seen.add(key)
        return self.data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A piece of text; without a default it must be there and not empty."""
        value = self.raw(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(key, "must be text" if value is not None else "is missing")
            return default or ""
        return value

    def optional(self, key: str) -> str | None:
        """A piece of text or nothing."""
        return self.text(key, "") or None

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of the allowed words."""
        value = self.text(key, default)
        if value not in allowed:
            self.fault(key, f"must be one of {', '.join(allowed)}, not '{value}'")
            return allowed[0]
        return value

    def whole(self, key: str, default: int | None = None) -> int | None:
        """A whole number, or the default if it is missing."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "must be a whole number")
            return default
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, "must be true or false")
            return default
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts without doubles."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.fault(key, "must be a list of texts")
            return ()
        found = tuple(str(item) for item in value)
        if len(set(found)) != len(found):
            self.fault(key, "names the same thing twice")
        return found

    def words_in_order(self, key: str) -> tuple[str, ...]:
        """A list of texts of which it means nothing which one comes first: always in one order."""
        return tuple(sorted(self.words(key)))

    def items(self, key: str, *, named: str = "key") -> Iterator["Reader"]:
        """Readers for a list of mappings; each place carries the item's own name."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            self.fault(key, "must be a list")
            return
        for number, item in enumerate(value):
            name = item.get(named) if isinstance(item, Mapping) else None
            label = name if isinstance(name, str) else str(number + 1)
            prefix = f"{self.place}." if self.place else ""
            yield Reader(item, f"{prefix}{key}[{label}]", self.issues)

    def end(self) -> None:
        """Refuse keys that nothing has read."""
        for key in self.data:
            if key not in self.seen:
                self.fault(str(key), "is not a key we know")
