"""A short code that holds protocol version and answers: nothing is stored, everything can be replayed."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from triage.engine.compiled import Machine
from triage.engine.protocol import MAYBE, NONE, SOME, UNSURE, Answer, Answers, Kind, Question
from triage.engine.result import Result

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERSION = 2
HASH_BYTES = 6
# 128 bits: as many as anything else that must not be guessed.
SEAL_BYTES = 16
GROUP = 5
LONGEST = 400


class ReceiptError(ValueError):
    """A code that is not ours, was changed, or belongs to a protocol version that is not there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a code says: the protocol version and the answers."""

    hash: str
    answers: Answers


def encode(machine: Machine, answers: Mapping[str, Answer], key: bytes) -> str:
    """Return the code for these answers, in groups that can be read out."""
    number = 0
    for question in reversed(machine.protocol.questions):
        base, digit = _digit(question, answers.get(question.key))
        number = number * base + digit
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = bytes([VERSION]) + bytes.fromhex(machine.hash)[:HASH_BYTES]
    return _spelled(head + body + _seal(machine.hash, head + body, key))


def decode(code: str, machines: Mapping[str, Machine], key: bytes) -> Receipt:
    """Return what a code says; `machines` holds the kept protocol versions by hash."""
    data = _bytes(code)
    if len(data) < 1 + HASH_BYTES + SEAL_BYTES or data[0] != VERSION:
        raise ReceiptError("This is not a code from our check.")
    content, seal = data[:-SEAL_BYTES], data[-SEAL_BYTES:]
    prefix = content[1 : 1 + HASH_BYTES].hex()
    machine = next((item for name, item in machines.items() if name.startswith(prefix)), None)
    if machine is None:
        raise ReceiptError("The version of the check that made this code is not here.")
    if not hmac.compare_digest(seal, _seal(machine.hash, content, key)):
        raise ReceiptError("This code was changed or typed wrongly.")
    return Receipt(machine.hash, _answers(machine, int.from_bytes(content[1 + HASH_BYTES :], "big")))


def replay(code: str, machines: Mapping[str, Machine], key: bytes) -> tuple[Receipt, Result]:
    """Run a code again on the version that made it."""
    receipt = decode(code, machines, key)
    return receipt, machines[receipt.hash].result(receipt.answers)


def _seal(full_hash: str, content: bytes, key: bytes) -> bytes:
    return hmac.new(key, bytes.fromhex(full_hash) + content, hashlib.sha256).digest()[:SEAL_BYTES]


def _digit(question: Question, answer: Answer | None) -> tuple[int, int]:
    """One digit for each question: 0 is not answered."""
    if question.several:
        return _several_digit(question, answer)
    if question.kind is Kind.NUMBER and question.number:
        low, high = question.number.low, question.number.high
        if answer == UNSURE:
            return high - low + 3, 1
        return high - low + 3, answer - low + 2 if isinstance(answer, int) else 0
    names = [UNSURE, *question.by_option]
    return len(names) + 1, names.index(answer) + 1 if isinstance(answer, str) else 0


def _several_digit(question: Question, answer: Answer | None) -> tuple[int, int]:
    """Three states for each option, then how the rest was answered."""
    base = 3 ** len(question.options) * 3 + 1
    if not isinstance(answer, tuple):
        return base, 0
    digit = 2 if SOME in answer else 1 if UNSURE in answer else 0
    for option in reversed(question.options):
        digit = digit * 3 + (1 if option.key in answer else 2 if MAYBE + option.key in answer else 0)
    return base, digit + 1


def _answers(machine: Machine, number: int) -> Answers:
    found: Answers = {}
    for question in machine.protocol.questions:
        base, _ = _digit(question, None)
        number, digit = divmod(number, base)
        if digit:
            found[question.key] = _answer(question, digit - 1)
    if number:
        raise ReceiptError("This code holds more than this version of the check asks.")
    return found


def _answer(question: Question, digit: int) -> Answer:
    if question.kind is Kind.NUMBER and question.number:
        return UNSURE if digit == 0 else digit - 1 + question.number.low
    if not question.several:
        return [UNSURE, *question.by_option][digit]
    tokens: list[str] = []
    for option in question.options:
        digit, state = divmod(digit, 3)
        if state:
            tokens.append(option.key if state == 1 else MAYBE + option.key)
    if digit:
        tokens.append(UNSURE if digit == 1 else SOME)
    return tuple(tokens) or (NONE,)


def _spelled(data: bytes) -> str:
    number = int.from_bytes(b"\x01" + data, "big")
    signs = ""
    while number:
        number, digit = divmod(number, 32)
        signs = ALPHABET[digit] + signs
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def _bytes(code: str) -> bytes:
    """Read a code as people type it: any case, O for 0, I or L for 1, with or without dashes."""
    signs = "".join(code.upper().split()).replace("-", "")
    signs = signs.replace("O", "0").replace("I", "1").replace("L", "1")
    if not signs or len(signs) > LONGEST or any(sign not in ALPHABET for sign in signs):
        raise ReceiptError("This is not a code from our check.")
    number = 0
    for sign in signs:
        number = number * 32 + ALPHABET.index(sign)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if data[:1] != b"\x01":
        raise ReceiptError("This is not a code from our check.")
    return data[1:]
