"""Check a ledger of reviews, and that a live page is what was signed; needs Python and nothing else.

    python verify_ledger.py FILE_OR_ADDRESS            the entries were not altered, none is missing in between
    python verify_ledger.py ADDRESS --live             and each page of it is now what its last entry says

ADDRESS is that of a ledger, such as https://example.org/ledger/12/ledger.json or https://example.org/ledger.json.
Exit status: 0 all is well, 1 something is wrong (said at its entry), 2 could not be read. What reviewers have put on
hold is not on its page; that is said, and is nothing wrong.
"""

import argparse
import hashlib
import html
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

GENESIS = "0" * 64
FORMAT = "gaitway-ledger-1"
TIMEOUT = 20
HIDDEN = 503  # how a site answers for a page that it does not show now
# Fewer words than this also stand in menus and labels: finding them proves nothing.
ENOUGH_WORDS = 4


def digest(value: Any) -> str:
    """Return the SHA-256 of the one JSON text for a value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def chain_faults(ledger: dict[str, Any]) -> list[str]:
    """Return what is wrong with the entries, each fault with the number of its entry."""
    faults, of_page = [], {}
    previous, last = GENESIS, 0
    whole = ledger.get("page") is None
    if ledger.get("format") != FORMAT:
        return [f"not a ledger of the format {FORMAT}"]
    for entry in ledger["entries"]:
        body = {name: value for name, value in entry.items() if name != "hash"}
        where = f"entry {entry['number']} (page {entry['page_id']})"
        if digest(body) != entry["hash"]:
            faults.append(f"{where}: altered")
        if entry["previous_of_page"] != of_page.get(entry["page_id"], GENESIS):
            faults.append(f"{where}: does not follow the entry before it of this page")
        if whole and (entry["previous"] != previous or entry["number"] != last + 1):
            faults.append(f"{where}: does not follow the entry before it")
        previous, last = entry["hash"], entry["number"]
        of_page[entry["page_id"]] = entry["hash"]
    head = ledger.get("head")
    if whole and head and (head["number"], head["hash"]) != (last, previous):
        faults.append(f"the end is missing: the last entry should be {head['number']}")
    return faults


def content_faults(entry: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Return what differs between what was signed and what the page is made of now."""
    marks = {name: digest(value) for name, value in content["fields"].items()} | content["hashes"]
    if digest({"type": content["type"], "fields": marks}) == entry["fingerprint"]:
        return []
    return [f"page {entry['page_id']}: is made of another text than the one signed in entry {entry['number']}"]


class _Visible(HTMLParser):
    """Collects the words that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style", "template"}
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "template"}
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def words_of(markup: str) -> str:
    """Return the words of a text or page, one space between them, signs of typography made plain."""
    reader = _Visible()
    reader.feed(markup)
    reader.close()
    text = html.unescape("".join(reader.parts)).translate(str.maketrans("’‘“”\u00a0", "''\"\" "))
    return " ".join(re.findall(r"\w+", text.lower()))


def sentences_of(value: Any) -> list[str]:
    """Return every sentence in the fields of a page that readers should find on it."""
    if isinstance(value, dict):
        return [s for item in value.values() for s in sentences_of(item)]
    if isinstance(value, list):
        return [s for item in value for s in sentences_of(item)]
    if not isinstance(value, str):
        return []
    found = (words_of(part) for part in re.split(r"</(?:p|li|h\d)>|(?<=[.!?])\s+|\n", value))
    return [part for part in found if len(part.split()) >= ENOUGH_WORDS]


def page_faults(entry: dict[str, Any], content: dict[str, Any], markup: str) -> list[str]:
    """Return the signed sentences that a reader of the live page does not find."""
    seen = words_of(markup)
    missing = [s for s in sentences_of(content["fields"]) if s not in seen]
    return [f"page {entry['page_id']}: a signed sentence is not on the page: “{s}”" for s in missing]


def fetch(address: str) -> str:
    """Return the text at an address, or of a file."""
    if not address.startswith(("http://", "https://")):
        return Path(address).read_text(encoding="utf-8")
    request = urllib.request.Request(address, headers={"User-Agent": "verify-ledger/1"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # only http and https come here
        return str(answer.read().decode())


def live_faults(ledger: dict[str, Any], source: str) -> tuple[list[str], list[str]]:
    """Return what is wrong with the live pages of a ledger, and what of them is on hold."""
    faults: list[str] = []
    held: list[str] = []
    last = {entry["page_id"]: entry for entry in ledger["entries"]}
    for page, entry in sorted(last.items()):
        if entry["kind"] == "withdrawn":
            continue
        base = urllib.parse.urljoin(source, f"/ledger/{page}/content.json")
        try:
            content = json.loads(fetch(base))
            faults += content_faults(entry, content)
            missing = page_faults(entry, content, shown_at(base, content))
        except (OSError, ValueError) as error:
            faults.append(f"page {page}: cannot be read ({error})")
            continue
        if content.get("on_hold"):
            held.append(f"page {page}: on hold, {len(missing)} signed sentences are not shown now")
        else:
            faults += missing
    return faults, held


def shown_at(base: str, content: dict[str, Any]) -> str:
    """Return the live page; nothing when the site says that it is on hold and does not show it."""
    try:
        return fetch(urllib.parse.urljoin(base, urllib.parse.urlsplit(content["address"]).path))
    except urllib.error.HTTPError as error:
        if content.get("on_hold") and error.code == HIDDEN:
            return ""
        raise


def main(arguments: list[str]) -> int:
    """Check what the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger")
    parser.add_argument("--live", action="store_true", help="also fetch the pages and compare")
    chosen = parser.parse_args(arguments)
    try:
        ledger = json.loads(fetch(chosen.ledger))
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    faults = chain_faults(ledger)
    if chosen.live:
        wrong, held = live_faults(ledger, chosen.ledger)
        faults += wrong
        print("\n".join(held), end="\n" if held else "")
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{len(ledger['entries'])} entries: all is well.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
