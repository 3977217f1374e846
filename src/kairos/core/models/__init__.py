from kairos.core.models.change_set import ChangeSet, FieldChange, Source
from kairos.core.models.connection import ConnectionState
from kairos.core.models.custom_field import CustomField
from kairos.core.models.customisable import CustomisableRecord
from kairos.core.models.duplicate import DuplicatePair, MergedRecord
from kairos.core.models.duplicate_search import DuplicateSearch
from kairos.core.models.event import EventEntry
from kairos.core.models.import_run import ImportRun
from kairos.core.models.money import MoneyField
from kairos.core.models.rate import CurrencyRate
from kairos.core.models.record import Record, RecordQuerySet
from kairos.core.models.saved_view import SavedView
from kairos.core.models.search import MatchKey, SearchEntry
from kairos.core.models.tag import Tag

__all__ = [
    "ChangeSet",
    "ConnectionState",
    "CurrencyRate",
    "CustomField",
    "CustomisableRecord",
    "DuplicatePair",
    "DuplicateSearch",
    "EventEntry",
    "FieldChange",
    "ImportRun",
    "MatchKey",
    "MergedRecord",
    "MoneyField",
    "Record",
    "RecordQuerySet",
    "SavedView",
    "SearchEntry",
    "Source",
    "Tag",
]
