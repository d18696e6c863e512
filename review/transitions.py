"""Which way a submission may go: code, diagram and tests read this table."""

from review.doors import RefusedError
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


class NotAllowedError(RefusedError):
    """A move that the table does not have."""


def check(current: State, wanted: State) -> None:
    """Raise unless a submission may go from one state to the other."""
    if wanted not in ALLOWED[current]:
        raise NotAllowedError(f"A submission that is “{current.label}” cannot become “{wanted.label}”.")


def document() -> str:
    """Return docs/review-states.md: the same table, drawn."""
    moves = [f"    {a} --> {b}" for a in State for b in State if b in ALLOWED[a]]
    ends = [f"    {state} --> [*]" for state in State if not ALLOWED[state]]
    rows = [f"| {state} | {state.label} | {HELD_BY[state]} |" for state in State]
    lines = [
        "# States of a submission",
        "",
        "Made from `review/transitions.py` by `manage.py draw_review_states`; a test compares the two.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> in_review",
        *moves,
        *ends,
        "```",
        "",
        "| state | in words | who holds the page |",
        "| --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"
