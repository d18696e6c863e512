"""Values that nobody means, and ways to spoil what somebody meant; all made from a random generator that is given."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes

TEXTS: Sequence[str] = (
    "", " ", "\x00", "a\x00b", "\ud800", "\\u0000", "\u202egnp", "\u0661\u0662", "ß\u0301\u0301", "\U0001f9b5" * 20,
    "'", '"', "%", "%00", "\\", "`", "<script>alert(1)</script>", "{{ 7*7 }}", "{% x %}", "' OR 1=1 --", "(", ")", "*",
    "&|!", ":*", "a" * 300, "ab " * 2000, "-" * 80, "9" * 400, "-1", "0", "1", "2", "1e999", "NaN", "1.5", "true",
    "null", "None", "[]", "{}", '{"a":', "[" * 3000, '{"a":' * 1200, '[{"type":"x","value":{}}]', "2026-99-99",
    "0001-01-01", "99999-01-01T00:00", "../../etc/passwd", "//example.org", "javascript:alert(1)", "\r\nX: y", "\t=1",
    "wagtailcore.page", "articles.TermPage", "auth.user", "articles.nothing", "calf", "leg", "pain in calf", "random",
    "-title", "title,-id", "*", "-*,title", "all", "id", "csv", "xlsx", "root", "asc", "__class__", "pk__gt", "a__b__c",
    "18446744073709551616", "9223372036854775807", "2147483648", '"\\ud83d"', "\\ud800", '"\\u0000"',
)  # fmt: skip


def text(dice: Random) -> str:
    """Return one value: known to hurt something, or a few random characters."""
    if dice.random() < 0.8:
        return dice.choice(TEXTS)
    return "".join(
        chr(dice.choice([dice.randrange(1, 128), dice.randrange(1, 0xD800)])) for _ in range(dice.randrange(40))
    )


def sendable(value: Any) -> Any:
    """Return a value, or each of a list, as it can be encoded in UTF-8."""
    if isinstance(value, list):
        return [sendable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def query(dice: Random, names: Sequence[str], most: int = 4) -> str:
    """Return a query string of some of the names, spelled as any program may spell it."""
    pairs = [(dice.choice(names), text(dice)) for _ in range(dice.randint(1, most))]
    raw = [f"{_bytes(name)}={_bytes(value)}" for name, value in pairs]
    if dice.random() < 0.05:
        raw.append(dice.choice(["&", "=", "%", "%zz=%", "q=%ff%fe", "q[]=1", "a;b", "q=%C0%80"]))
    return "&".join(raw)


def _bytes(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"))


def spoiled(dice: Random, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form after one to four things have happened to them."""
    found = dict(fields)
    # mostly one thing: a form in which much is wrong is refused for the first, and says nothing about the rest
    for _ in range(dice.choice([1, 1, 1, 2, 3, 4])):
        name = dice.choice(list(found)) if found else "x"
        way = dice.randrange(8)
        if way < 3:
            found[name] = text(dice)
        elif way == 3:
            found.pop(name, None)
        elif way == 4:
            found[name] = [text(dice), found.get(name, ""), text(dice)]
        elif way == 5:
            _count(dice, found)
        elif way == 6:
            _type(dice, found)
        else:
            found[dice.choice([name + "-x", text(dice)[:200] or "x", "body-0-value-0-value"])] = text(dice)
    return {sendable(name): value for name, value in found.items()}


def _count(dice: Random, fields: dict[str, Any]) -> None:
    counts = [name for name in fields if name.endswith(("-count", "_FORMS"))]
    if counts:
        name = dice.choice(counts)
        # Django makes a thousand forms of it, whatever the number: a second, and the same each time
        many = ["10000", "99999999999"] if not name.endswith("_FORMS") or dice.random() < 0.05 else []
        fields[name] = dice.choice(["-1", "0", "1", "7", "x", "", "1.5", "\x00", *many])


def _type(dice: Random, fields: dict[str, Any]) -> None:
    types = [name for name in fields if name.endswith(("-type", "-order", "-id", "-deleted"))]
    if types:
        fields[dice.choice(types)] = dice.choice(["unknown", "", "guide", "0", "1", "x" * 500, "\x00", "None"])


def rich(dice: Random) -> str:
    """Return what a rich text field may be sent: something like the editor's own format."""
    depth = dice.choice([0, 1, 100, 900])
    block: Any = {
        "key": dice.choice(["a", "", "\x00", 5]), "text": text(dice), "type": dice.choice(["unstyled", "x", None, 1]),
        "depth": dice.choice([0, -1, 10**9, "x", depth]), "data": {},
        "inlineStyleRanges": [{"offset": dice.choice([0, -5, 10**9, "x"]), "length": 10**6, "style": "BOLD"}],
        "entityRanges": [{"offset": 0, "length": dice.choice([1, 10**6]), "key": dice.choice([0, 7, "x"])}],
    }  # fmt: skip
    if dice.random() < 0.5:
        block.pop(dice.choice(list(block)))
    entity = {"type": dice.choice(["LINK", "IMAGE", "x", None]), "data": {"url": text(dice), "id": text(dice)}}
    whole: Any = {"blocks": [block] * dice.choice([1, 3, 200]), "entityMap": {"0": entity}}
    if dice.random() < 0.2:
        whole.pop(dice.choice(list(whole)))
    for _ in range(depth):
        whole = [whole]
    return json.dumps(whole)


LEAVES: Sequence[Any] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    "",
    [],
    {},
    [[]],
    {"": {}},
    ["x", "x"],
    "none",
    "unsure",
)


def bent(dice: Random, data: Any) -> Any:
    """Return plain data after one to four values in it were exchanged, left out, doubled or moved; it can be read."""
    found = json.loads(json.dumps(data))
    for _ in range(dice.choice([1, 1, 2, 4])):
        found = _bent(dice, found)
    return found


def _bent(dice: Random, value: Any) -> Any:
    """Change one place of a value, any depth down."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.05:
        return dice.choice([dice.choice(LEAVES), text(dice), [value], {"x": value}])
    key = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    way = dice.randrange(8)
    if way == 0:
        value.pop(key)
    elif way == 1 and isinstance(value, list):
        value.insert(dice.randrange(len(value)), value[key])
    elif way == 1:
        value[text(dice)[:200]] = value[key]
    elif way == 2:
        other = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
        value[key], value[other] = value[other], value[key]
    else:
        value[key] = _bent(dice, value[key])
    return value


def damaged(dice: Random, body: bytes) -> bytes:
    """Return a file after bytes of it were changed, cut out, doubled or put in another place."""
    found = bytearray(body)
    for _ in range(dice.randint(1, 6)):
        place, much = dice.randrange(len(found) + 1), dice.choice([1, 4, 50, 2000])
        way = dice.randrange(5)
        if way == 0 and found:
            found[min(place, len(found) - 1)] = dice.randrange(256)
        elif way == 1:
            del found[place : place + much]
        elif way == 2:
            found[place:place] = found[place : place + much]
        elif way == 3:
            found[place:place] = text(dice).encode("utf-8", "surrogatepass")
        elif dice.random() < 0.2:
            del found[place:]
    return bytes(found)
