"""Looking for what a person answered: words that exist nowhere else, in every spelling in which they could be kept.

A run has a stem of its own, made by chance, so nothing of an earlier run is found and nothing of this one is expected.
All its canaries hold the stem, and whoever finds the stem in some spelling has found a canary in that spelling.
"""

import base64
import codecs
import gzip
import io
import quopri
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli

COUNT = 20
LETTERS = "bdfghjklmnprstvwz"
STEM_LENGTH = 14
# Text that was packed: what is read of one file at most, and how many streams within it are tried.
MOST_STREAMS = 5000
PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
CODED = re.compile(rb"[A-Za-z0-9+/_-]{40,}")
BREAKS = re.compile(rb"=?\r?\n")


def stem() -> str:
    """Return letters that stand together nowhere else."""
    return "".join(random.SystemRandom().choice(LETTERS) for _ in range(STEM_LENGTH))


def canaries(of: str) -> list[str]:
    """Return the words of a run, with signs that every encoding writes in its own way."""
    return [f"{of}-{number:02d} é&\"'<" for number in range(COUNT)]


def _hex(text: str) -> str:
    return text.encode().hex()


def _base64(text: str, before: int) -> bytes:
    return base64.b64encode(b"x" * before + text.encode() + b"xyz")


def _quoted_printable(text: str) -> bytes:
    return "".join(f"={byte:02X}" for byte in text.encode()).encode()


def _zip(text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("inside.txt", text)
    return made.getvalue()


# How a text could be kept, by name.
SPELLINGS: Mapping[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "upper case": lambda text: text.upper().encode(),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
    "base64": lambda text: _base64(text, 0),
    "base64, second place": lambda text: _base64(text, 1),
    "base64, third place": lambda text: _base64(text, 2),
    "base64 in lines": lambda text: base64.encodebytes(b"." * 50 + text.encode() + b"." * 40),
    "base32": lambda text: base64.b32encode(text.encode()),
    "hex": lambda text: _hex(text).encode(),
    "HEX": lambda text: _hex(text).upper().encode(),
    "JSON": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text).encode(),
    "Python": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()).encode(),
    "HTML": lambda text: "".join(f"&#{ord(sign)};" for sign in text).encode(),
    "HTML, hex": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text).encode(),
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "UTF-16, other order": lambda text: text.encode("utf-16-be"),
    "UTF-32": lambda text: text.encode("utf-32-le"),
    "reversed": lambda text: text.encode()[::-1],
    "rot13": lambda text: codecs.encode(text, "rot13").encode(),
    "quoted-printable": _quoted_printable,
    "quoted-printable in lines": lambda text: quopri.encodestring(("=" * 20 + text).encode()),
    "gzip": lambda text: gzip.compress(b"before " * 9 + text.encode()),
    "zlib": lambda text: zlib.compress(b"before " * 9 + text.encode()),
    "deflate": lambda text: zlib.compress(b"before " * 9 + text.encode(), wbits=-15),
    "brotli": lambda text: brotli.compress(b"before " * 9 + text.encode()),
    "zip": _zip,
    "signed and packed": lambda text: b"." + base64.urlsafe_b64encode(zlib.compress(b"{}" * 40 + text.encode())),
}  # fmt: skip


def _needles(of: str) -> dict[bytes, str]:
    """Return what to look for in the bytes of a file, all in small letters."""
    found: dict[bytes, str] = {}
    exact = ["plain", "percent", "hex", "JSON", "Python", "HTML", "HTML, hex", "UTF-16", "UTF-16, other order",
             "UTF-32", "reversed", "rot13", "quoted-printable"]  # fmt: skip
    for name in exact:
        found[SPELLINGS[name](of).lower()] = name
    for before in range(3):
        # the first and last four signs depend on the neighbours
        found[base64.b64encode(b"x" * before + of.encode())[4:-4].lower()] = "base64"
    for before in range(5):
        found[base64.b32encode(b"x" * before + of.encode())[8:-8].lower()] = "base32"
    return {needle: name for needle, name in found.items() if len(needle) >= 8}  # else too common


@dataclass(frozen=True)
class Hit:
    """Where a canary was found: a file, the spelling, and what stood around it."""

    path: Path
    spelling: str
    around: str


def in_bytes(data: bytes, of: str) -> Iterator[tuple[str, str]]:
    """Give each spelling in which the stem stands in some bytes, packed ones included, with what is around it."""
    needles = _needles(of)
    for how, view in _views(data):
        lower = view.lower()
        for needle, name in needles.items():
            if (place := lower.find(needle)) >= 0:
                yield f"{name} {how}".strip(), repr(view[max(0, place - 60) : place + 60])


def _views(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the bytes as they are, without line breaks, and everything that can be unpacked from them."""
    yield "", data
    if b"\n" in data:
        yield "in lines", BREAKS.sub(b"", data)
    for start in _streams(data):
        if made := _inflate(data[start:], 47):
            yield "packed", made
    for unpack in (lambda whole: _inflate(whole, -15), _brotli):
        if made := unpack(data):
            yield "packed", made
    if data[:2] == b"PK":
        yield from _zipped(data)
    for run in CODED.finditer(data):
        yield from _coded(run[0])


def _streams(data: bytes) -> Iterator[int]:
    for number, found in enumerate(PACKED.finditer(data)):
        if number >= MOST_STREAMS:
            return
        yield found.start()


def _inflate(data: bytes, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(data[: 1 << 20], 1 << 22)
    except zlib.error:
        return b""


def _brotli(data: bytes) -> bytes:
    try:
        return bytes(brotli.decompress(data))
    except brotli.error:
        return b""


def _zipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            for name in whole.namelist():
                yield "in a zip", whole.read(name)
    except (zipfile.BadZipFile, RuntimeError):
        return


def _coded(run: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack what was packed before it was written as base64, as signed values are."""
    plain = base64.b64decode(run.replace(b"-", b"+").replace(b"_", b"/")[: len(run) // 4 * 4], validate=False)
    for start in _streams(plain[:64]):
        if made := _inflate(plain[start:], 47):
            yield "packed in base64", made


def in_files(paths: Iterable[Path], of: str) -> list[Hit]:
    """Return every place in files, and names of files, that hold a canary."""
    hits = []
    for path in sorted(set(paths)):
        if of in str(path).lower():
            hits.append(Hit(path, "name of the file", path.name))
        if path.is_file() and not path.is_symlink():
            hits += [Hit(path, spelling, around) for spelling, around in in_bytes(path.read_bytes(), of)]
    return hits


def below(*folders: Path) -> list[Path]:
    """Return every file below some folders; sockets and what has gone meanwhile are left out."""
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
