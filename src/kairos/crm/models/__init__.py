from kairos.crm.models.catalogue import LostReason, Product, Source
from kairos.crm.models.opportunity import Opportunity, Status
from kairos.crm.models.stage import Stage

__all__ = ["LostReason", "Opportunity", "Product", "Source", "Stage", "Status"]
