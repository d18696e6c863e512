"""One-time codes: an authenticator app of the person's choice, and recovery codes for the day it is lost."""

import base64
import hashlib
import hmac
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django_otp import devices_for_user, verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.roles import needs_second_factor

RECOVERY_CODES = 10
ISSUER = "Gaitway"


def is_required(user: Any) -> bool:
    """Whether a person gets nowhere in the admin without a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED and needs_second_factor(user))


def has_one(user: Any) -> bool:
    """Whether a person has finished setting up an authenticator."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def verified_device(user: Any, code: str) -> Any:
    """Return the device whose code this is, or None; a code counts once, and wrong ones slow down the next try."""
    code = code.replace(" ", "").replace("-", "")
    numbers = code.isascii() and code.isdigit()
    kept = code if numbers else _digest(user, code)
    for device in devices_for_user(user):
        if isinstance(device, TOTPDevice) is numbers and (found := verify_token(user, device.persistent_id, kept)):
            return found
    return None


def check(user: Any, code: str) -> bool | None:
    """Answer for the review whether this is the person's code; None when they have no second factor and need none."""
    if not has_one(user):
        return False if is_required(user) else None
    return bool(code) and verified_device(user, code) is not None


def begin(user: Any) -> TOTPDevice:
    """Return the authenticator that is being set up; it opens nothing before its first code was entered."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "Authenticator app"})
    return device


def address_of(device: TOTPDevice) -> str:
    """Return the otpauth address that the QR code holds."""
    return str(device.config_url)


def secret_of(device: TOTPDevice) -> str:
    """Return the secret in groups of four, for typing it in by hand."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@transaction.atomic
def confirm(user: Any, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Finish setting up when the code is right; return the device and the recovery codes, shown this once."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not code.isdigit() or not device.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    return device, renew_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: Any) -> list[str]:
    """Return new recovery codes; the old ones end. Only keyed hashes are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def codes_left(user: Any) -> int:
    """Return how many recovery codes were not used yet."""
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def remove(user: Any) -> None:
    """Take away every second factor of a person."""
    for device in list(devices_for_user(user, confirmed=None)):
        device.delete()


def _new_code() -> str:
    """Return 128 random bits as 26 letters and digits that never are digits alone: no guess finds one by its hash."""
    while (code := base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()).isdigit():
        continue
    return code


def _digest(user: Any, code: str) -> str:
    """Return the 16 characters that are kept for a recovery code."""
    key = f"recovery codes {settings.SECRET_KEY}".encode()
    made = hmac.new(key, f"{user.pk}:{code.lower()}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made)[:16].decode()
