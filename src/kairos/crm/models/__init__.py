from kairos.crm.models.catalogue import LostReason, Product, Source
from kairos.crm.models.opportunity import Opportunity, Status
from kairos.crm.models.stage import Stage
from kairos.crm.models.tally import OpportunityTally

__all__ = ["LostReason", "Opportunity", "OpportunityTally", "Product", "Source", "Stage", "Status"]
