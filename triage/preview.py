"""What editors and reviewers see of a draft: what is wrong with it, its picture, how hard it is to read."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from articles.readability import measure
from triage.artefacts import Check
from triage.drafts import check_of
from triage.engine.diagram import svg
from triage.engine.join import JoinError
from triage.engine.lint import lint
from triage.engine.parse import ProtocolError
from triage.engine.protocol import Question
from triage.problems import problem, protocol_problems

AGE_LIMIT = 12


@dataclass(frozen=True)
class QuestionRow:
    """One question in words, for whoever cannot see the picture, with its reading age."""

    question: Question
    age: float | None
    rules: list[str]

    @property
    def is_hard(self) -> bool:
        """Whether the words are too hard."""
        return self.age is not None and self.age > AGE_LIMIT


def context_of(page: Any) -> dict[str, Any]:
    """Return what the preview of a draft shows."""
    found: dict[str, Any] = {"page": page, "title": page.title, "problems": protocol_problems(page)}
    try:
        check = check_of(page)
    except (JoinError, ProtocolError):
        return found
    protocol = check.machine.protocol
    return {
        **found,
        "check": check,
        "picture": svg(protocol),
        "rows": question_rows(check),
        "reading_age": reading_age(check),
        "hints": [problem_of(hint) for hint in lint(protocol)],
        "try_url": reverse("triage_admin:try", args=[page.pk]) if page.pk else "",
    }


def problem_of(hint: Any) -> Any:
    """Return an engine's hint in the words of the editor."""
    return problem(hint)


def reading_age(check: Check) -> float | None:
    """Return the reading age of all questions and answers together."""
    return measure("\n".join(_words(question) for question in check.machine.protocol.questions)).age


def question_rows(check: Check) -> list[QuestionRow]:
    """Return every question with its reading age and the rules that it can lead to."""
    protocol = check.machine.protocol
    return [
        QuestionRow(question, measure(_words(question)).age, [
            rule.code for rule in protocol.rules
            if any(question.findings.intersection(need.findings) for one in rule.conditions for need in one.needs)
        ])
        for question in protocol.questions
    ]  # fmt: skip


def _words(question: Question) -> str:
    """Return the words of a question as sentences, one a line."""
    return "\n".join([question.text, question.help, question.why, *(option.label for option in question.options)])
