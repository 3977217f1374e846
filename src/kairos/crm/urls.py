from django.urls import path

from kairos.crm.views import forecast, process

urlpatterns = [
    path("forecast", forecast.forecast, name="forecast"),
    path("teams/<int:pk>/process", process.process, name="team-process"),
]
