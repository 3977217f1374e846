from typing import Any

import pytest

from kairos.activities.models import ActivityType, Chaining
from kairos.core.history import change_set
from tests.world import World


@pytest.fixture
def types(world: World) -> dict[str, ActivityType]:
    """Call (due in 2 days, then suggests an e-mail), meeting, to-do, e-mail, and a visit that plans a call."""
    with change_set(by=world.ada, summary="Types") as changes:
        made: dict[str, Any] = {
            doing: changes.create(ActivityType, name=name, doing=doing, delay_days=days, position=place)
            for place, (doing, name, days) in enumerate(
                (("call", "Call", 2), ("meeting", "Meeting", 7), ("todo", "To-do", 5), ("email", "Mail", 0))
            )
        }
        changes.update(made["call"], chaining=Chaining.SUGGEST, next_type=made["email"])
        made["visit"] = changes.create(
            ActivityType,
            name="Visit",
            doing="other",
            chaining=Chaining.TRIGGER,
            next_type=made["call"],
            position=9,
        )
    return made
