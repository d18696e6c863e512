"""The score of MDN HTTP Observatory for a response, by its published tests and weights.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring; weights as in src/grader/charts.js of
https://github.com/mdn/mdn-http-observatory. Bonuses count only from 90
points on without them. What needs a public host (preloading, redirection) is taken as given for a site on HTTPS. The
points for opener and embedder policies came later than the others.
"""

import re

START, FLOOR_FOR_BONUS = 100, 90
UNSAFE = {"'unsafe-inline'", "'unsafe-eval'", "data:", "https:", "http:", "*"}


def policy_of(header):
    """Return the directives of a policy."""
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name.lower(): set(values) for name, *values in parts}


def of_policy(header):
    if not header:
        return -25
    policy = policy_of(header)
    script = policy.get("script-src", policy.get("default-src", {"*"}))
    style = policy.get("style-src", policy.get("default-src", {"*"}))
    if script & UNSAFE or policy.get("object-src", policy.get("default-src", {"*"})) & UNSAFE:
        return -20
    if style & UNSAFE:
        return 0
    forms = policy.get("form-action", {"*"}) <= {"'self'", "'none'"}
    return 10 if policy.get("default-src") == {"'none'"} and forms else 5


def of_cookies(cookies):
    """A site without cookies gets nothing, one whose every cookie is guarded a bonus; the worst fault counts."""
    faults = [0]
    for one in cookies.values():
        faults += [-40] if not one["secure"] and "session" in one.key.lower() else [-20] if not one["secure"] else []
        faults += [-30] if not one["httponly"] and "session" in one.key.lower() else []
        faults += [-20] if one["samesite"] not in {"", "Lax", "Strict"} else []
        faults += [-20] if not one["samesite"] and "csrf" in one.key.lower() else []
    guarded = all(one["samesite"] in {"Lax", "Strict"} for one in cookies.values())
    return min(faults) or (5 if cookies and guarded else 0)


def of_transport(header):
    found = re.search(r"max-age=(\d+)", header or "")
    return -20 if not found else 0 if int(found[1]) >= 15_768_000 else -10


def of_framing(headers):
    ancestors = policy_of(headers.get("Content-Security-Policy", "")).get("frame-ancestors")
    if ancestors and not ancestors & UNSAFE:
        return 5
    return 0 if headers.get("X-Frame-Options", "").upper() in {"DENY", "SAMEORIGIN"} else -20


def of_scripts(html):
    """Scripts of another host without integrity cost points, more over plain HTTP; all of ours come from here."""
    foreign = re.findall(r"<script[^>]+src=[\"']((?:https?:)?//)", html)
    return -50 if set(foreign) - {"https://"} else -5 if foreign else 0


def of_referrer(header):
    """What keeps addresses at home gets a bonus, what gives them away or is not understood costs."""
    if not header:
        return 0
    good = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
    return 5 if header.rpartition(",")[2].strip().lower() in good else -5


def of_sharing(headers):
    """Sharing with everybody is a fault where credentials come along."""
    return -50 if headers.get("Access-Control-Allow-Credentials") == "true" else 0


def score(response):
    """Return the points of one response over HTTPS."""
    headers = response.headers
    html = response.content.decode(errors="replace") if not response.streaming else ""
    policy = headers.get("Content-Security-Policy", "")
    given = [
        of_policy(policy),
        of_cookies(response.cookies),
        of_transport(headers.get("Strict-Transport-Security")),
        of_framing(headers),
        of_scripts(html),
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        of_referrer(headers.get("Referrer-Policy")),
        10 if headers.get("Cross-Origin-Resource-Policy") in {"same-origin", "same-site"} else 0,
        10 if headers.get("Cross-Origin-Opener-Policy") == "same-origin" else 0,
        10 if headers.get("Cross-Origin-Embedder-Policy") in {"require-corp", "credentialless"} else 0,
        of_sharing(headers),
    ]
    without = START + sum(points for points in given if points < 0)
    return without + (sum(points for points in given if points > 0) if without >= FLOOR_FOR_BONUS else 0)
