from django.urls import path

from kairos.calendars.views import accounts, failed

urlpatterns = [
    path("calendars/<int:pk>/connection", accounts.connection, name="calendar-account-connection"),
    path("calendars/<int:pk>/calendars", accounts.calendars, name="calendar-account-calendars"),
    path("calendars/events/<int:pk>/again", failed.again, name="calendar-event-again"),
    path("calendars/events/<int:pk>/raw", failed.raw, name="calendar-event-raw"),
]
