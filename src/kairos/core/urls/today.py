from django.urls import path

from kairos.core.views.today import today

urlpatterns = [path("", today, name="today")]
