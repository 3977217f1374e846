from kairos.crm.models.catalogue import (
    Campaign,
    Competitor,
    LostReason,
    Medium,
    RecurringPlan,
    Source,
)
from kairos.crm.models.opportunity import Channel, Lead, Opportunity, Quality, Status
from kairos.crm.models.process import (
    Assignment,
    AssignmentMode,
    AssignmentRun,
    MemberRule,
    ProbabilityMode,
    Target,
    TeamProcess,
)
from kairos.crm.models.product import Product, ProductAttribute, ProductCategory
from kairos.crm.models.scoring import ScoreLesson, ScoreRun, ScoreSettings, ScoreTable
from kairos.crm.models.stage import Forecast, Kind, Stage
from kairos.crm.models.tally import OpportunityTally
from kairos.crm.models.touch import Touch

__all__ = [
    "Assignment",
    "AssignmentMode",
    "AssignmentRun",
    "Campaign",
    "Channel",
    "Competitor",
    "Forecast",
    "Kind",
    "Lead",
    "LostReason",
    "Medium",
    "MemberRule",
    "Opportunity",
    "OpportunityTally",
    "ProbabilityMode",
    "Product",
    "ProductAttribute",
    "ProductCategory",
    "Quality",
    "RecurringPlan",
    "ScoreLesson",
    "ScoreRun",
    "ScoreSettings",
    "ScoreTable",
    "Source",
    "Stage",
    "Status",
    "Target",
    "TeamProcess",
    "Touch",
]
