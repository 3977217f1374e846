from django.urls import path

from kairos.core.views import boards, exports, lists, saved_views

urlpatterns = [
    path("<slug:plural>", lists.records, name="records"),
    path("<slug:plural>/group", lists.group, name="group-rows"),
    path("<slug:plural>/count", lists.count, name="record-count"),
    path("<slug:plural>/column", boards.column, name="board-column"),
    path("<slug:plural>/columns", boards.reorder_columns, name="board-reorder"),
    path("<slug:plural>/<int:pk>/move", boards.move_card, name="record-move"),
    path("<slug:plural>/export.<slug:kind>", exports.export, name="export"),
    path("<slug:plural>/views", saved_views.save, name="saved-views"),
    path("<slug:plural>/views/<int:pk>", saved_views.change, name="saved-view"),
    path("<slug:plural>/views/<int:pk>/delete", saved_views.delete, name="saved-view-delete"),
]
