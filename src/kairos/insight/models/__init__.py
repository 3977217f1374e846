from kairos.insight.models.report import Report

__all__ = ["Report"]
