from django.utils.translation import gettext_lazy as _

from kairos.core.history.refusals import ActionRefused


class FieldsAreChanging(ActionRefused):
    message = _(
        "An administrator is changing the custom fields at this moment. Nothing was saved; try again."
    )
