from django.urls import path

from kairos.activities.views import news, planning

urlpatterns = [
    path("activities/news", news.activities_news, name="activities-news"),
    path("activities/plan", planning.new, name="activity-new"),
    path("activities/<int:pk>/finish", planning.finish, name="activity-finish"),
    path("activities/<int:pk>/edit", planning.edit, name="activity-edit"),
    path("<slug:plural>/<int:pk>/plan", planning.plan, name="activity-plan"),
    path("<slug:plural>/<int:pk>/log", planning.log, name="activity-log"),
]
