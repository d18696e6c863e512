"""Many accounts opened or closed at once, one by one: Wagtail's own action writes past the rules of `roles`."""

from collections.abc import Sequence
from typing import Any

from wagtail.users.views.bulk_actions import SetActiveStateBulkAction


class OpenOrClose(SetActiveStateBulkAction):
    """Stands in place of Wagtail's action of the same name."""

    @classmethod
    def execute_action(
        cls, objects: Sequence[Any], mark_as_active: bool = False, user: Any = None, **kwargs: Any
    ) -> tuple[int, int]:
        """Open or close each account but one's own; all of them or none, raises RefusedError."""
        others = [one for one in objects if user is None or one.pk != user.pk]
        for one in others:
            one.is_active = mark_as_active
            one.save(update_fields=["is_active"])
        return len(others), 0
