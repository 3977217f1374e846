from django.urls import path

from kairos.core.views import history, palette

urlpatterns = [
    path("commands", palette.commands, name="commands"),
    path("search", palette.search, name="search"),
    path("history", history.history, name="history"),
    path("history/<int:pk>", history.change, name="history-change"),
    path("history/<int:pk>/undo", history.undo, name="history-undo"),
]
