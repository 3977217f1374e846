from kairos.core.access import Access


class OpportunitiesAccess(Access):
    """Who sees a deal may work on it. Deleting is for leaders; archiving for everybody, since it can be undone."""
