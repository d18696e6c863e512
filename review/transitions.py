"""Which way a submission may go: code, diagram and tests read this table."""

from django.core.exceptions import PermissionDenied

from review.enums import State

ALLOWED: dict[State, frozenset[State]] = {
    State.IN_REVIEW: frozenset({State.SIGNED, State.CHANGES_REQUESTED, State.WITHDRAWN, State.VOID}),
    State.SIGNED: frozenset({State.RELEASED, State.CHANGES_REQUESTED, State.WITHDRAWN, State.VOID}),
    State.RELEASED: frozenset(),
    State.CHANGES_REQUESTED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.VOID: frozenset(),
}

# Who holds the page while a submission is in a state.
HELD_BY: dict[State, str] = {
    State.IN_REVIEW: "reviewers",
    State.SIGNED: "reviewers",
    State.RELEASED: "nobody: it is public",
    State.CHANGES_REQUESTED: "editors",
    State.WITHDRAWN: "editors",
    State.VOID: "editors",
}


class NotAllowedError(PermissionDenied):
    """A move that the table does not have."""


def check(current: State, wanted: State) -> None:
    """Raise unless a submission may go from one state to the other."""
    if wanted not in ALLOWED[current]:
        raise NotAllowedError(f"A submission that is “{current.label}” cannot become “{wanted.label}”.")
