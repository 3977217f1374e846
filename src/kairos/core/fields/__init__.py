"""What a field is to people: its label, display, input, operators and spreadsheet form."""

from kairos.core.fields.base import (
    BooleanField,
    ChoiceTextField,
    EmailField,
    Field,
    LongTextField,
    TextField,
    TruthField,
    UrlField,
)
from kairos.core.fields.choices import (
    ChoiceField,
    ChoicesField,
    CountryField,
    CurrencyField,
    DefinedChoiceField,
    LanguageField,
    TracedField,
)
from kairos.core.fields.dates import DateField, DateTimeField, TimeField
from kairos.core.fields.derive import derive
from kairos.core.fields.lists import EmailsField, ListField, PhoneField, PhonesField
from kairos.core.fields.numbers import (
    ColourField,
    DecimalField,
    MoneyAmountField,
    NumberField,
    PercentField,
    RatingField,
    YearField,
)
from kairos.core.fields.relations import PeopleField, PersonField, RelationField, RelationsField, TagsField

__all__ = [
    "BooleanField",
    "ChoiceField",
    "ChoiceTextField",
    "ChoicesField",
    "ColourField",
    "CountryField",
    "CurrencyField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DefinedChoiceField",
    "EmailField",
    "EmailsField",
    "Field",
    "LanguageField",
    "ListField",
    "LongTextField",
    "MoneyAmountField",
    "NumberField",
    "PeopleField",
    "PercentField",
    "PersonField",
    "PhoneField",
    "PhonesField",
    "RatingField",
    "RelationField",
    "RelationsField",
    "TagsField",
    "TextField",
    "TimeField",
    "TracedField",
    "TruthField",
    "UrlField",
    "YearField",
    "derive",
]
