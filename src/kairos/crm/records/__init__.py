"""The nouns of the pipeline, one module each; importing it makes them known."""

from kairos.crm.records import catalogue, leads, opportunities, products, stages, targets

__all__ = ["catalogue", "leads", "opportunities", "products", "stages", "targets"]
