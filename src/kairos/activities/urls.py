from django.urls import path

from kairos.activities.views import calendar, choices, feed, matrix, news, planning, repeating

urlpatterns = [
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/events", calendar.events, name="calendar-events"),
    path("calendar/feed", feed.make_feed, name="calendar-feed"),
    path("calendar/feed/<str:token>.ics", feed.read_feed, name="calendar-ics"),
    path("calendar/busy", choices.busy, name="calendar-busy"),
    path("preferences/calendar", choices.choose_calendar, name="calendar-choices"),
    path("calendar/<int:pk>/move", calendar.move, name="calendar-move"),
    path("activities/news", news.activities_news, name="activities-news"),
    path("activities/matrix/<slug:plural>", matrix.matrix, name="activity-matrix"),
    path("activities/repeats", repeating.repeats, name="activity-repeats"),
    path("activities/plan", planning.new, name="activity-new"),
    path("activities/<int:pk>/finish", planning.finish, name="activity-finish"),
    path("activities/<int:pk>/edit", planning.edit, name="activity-edit"),
    path("activities/<int:pk>/answer", planning.answer, name="meeting-answer"),
    path("<slug:plural>/<int:pk>/plan", planning.plan, name="activity-plan"),
    path("<slug:plural>/<int:pk>/log", planning.log, name="activity-log"),
]
