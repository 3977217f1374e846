from kairos.contacts.models.contact import Contact

__all__ = ["Contact"]
