"""How a workflow of Wagtail's admin ends here; imported while Wagtail's models load, so it imports none."""

from typing import Any

from review.doors import RefusedError


def refuse_unreviewed(state: Any, user: Any = None) -> None:
    """Let a workflow end only if what it was about has been released; Wagtail calls this instead of publishing."""
    from review.gate import is_released  # noqa: PLC0415  # models are not there yet when this file is read

    task = state.current_task_state
    if task is None or not is_released(int(state.object_id), task.revision_id):
        raise RefusedError("A workflow does not publish: a reviewer signs and releases on the review screen.")
