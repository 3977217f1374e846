from django.urls import path

from kairos.crm.views import forecast

urlpatterns = [path("forecast", forecast.forecast, name="forecast")]
