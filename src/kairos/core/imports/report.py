"""What came of an import, or would come of it: exact counts, and the first problems by row."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kairos.core.imports.problems import ReadAs, Refused
from kairos.core.tables import Problem, restore

KEPT = 1_000


@dataclass(slots=True)
class Report:
    """Counts of rows (`created`, `updated`, `skipped`, `errors`), and of other records that are `made` on the way."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    errors: int = 0
    made: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    notice_count: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.skipped + self.errors

    @property
    def has_written(self) -> bool:
        return bool(self.created or self.updated or self.made)

    def refuse(self, problem: Problem, *, value: Any = "") -> None:
        """Count a row that cannot be used, and keep why."""
        self.errors += 1
        if len(self.problems) < KEPT:
            self.problems.append({**stored(problem), "value": str(value)[:200]})

    def notice(self, problem: Problem) -> None:
        self.notice_count += 1
        if len(self.notices) < KEPT:
            self.notices.append(stored(problem))

    def as_json(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "skipped": self.skipped,
            "errors": self.errors,
            "made": dict(self.made),
            "problems": self.problems,
            "notices": self.notices,
            "notice_count": self.notice_count,
            "seconds": round(self.seconds, 3),
        }


def stored(problem: Problem) -> dict[str, Any]:
    """A problem as JSON; `sentence` reads it again."""
    params = {
        key: value if isinstance(value, int | float | dict) or value is None else str(value)
        for key, value in problem.params.items()
    }
    return {"code": problem.code, "params": params}


def sentence(kept: dict[str, Any]) -> str:
    """The sentence of a stored problem in the reader's language."""
    return str(restore(kept["code"], kept["params"]))


def reason(kept: dict[str, Any]) -> str:
    """The sentence without row and column, where those stand beside it."""
    problem = restore(kept["code"], kept["params"])
    return problem.sentence if isinstance(problem, Refused) else str(problem)


def read_as(column: str, value: str, meaning: str, count: int) -> ReadAs:
    return ReadAs(column=column, value=value, meaning=meaning, count=count)
