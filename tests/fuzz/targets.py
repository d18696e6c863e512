"""What inputs are sent to: each target is made once for a scene, and sends one input for one random generator."""

from collections.abc import Callable

from tests.fuzz.admin import admin_lists, interface, uploads
from tests.fuzz.answers import posts, programs
from tests.fuzz.editors import guide_posts, page_posts, protocol_posts
from tests.fuzz.imports import imports
from tests.fuzz.measure import Send
from tests.fuzz.public import public, search
from tests.fuzz.readers import raw_texts
from tests.portal.permissions.scene import Scene

# name -> target, and how many inputs the suite sends: a fraction of a second each; none: only `make fuzz` does
TARGETS: dict[str, tuple[Callable[[Scene], Send], int]] = {
    "interface for programs": (programs, 60),
    "posts to a check": (posts, 60),
    "raw texts": (raw_texts, 60),
    "imports of files": (imports, 40),
    "internal interface": (interface, 20),
    "uploads": (uploads, 20),
    "public pages and forms": (public, 40),
    "search and suggestions": (search, 40),
    "searches, filters and choosers of the admin": (admin_lists, 40),
    "editor of a page": (page_posts, 10),
    "editor of a guide": (guide_posts, 5),
    "editor of a check": (protocol_posts, 0),
}
