from django.urls import path

from kairos.discuss.views import completion, files, follows, inbox, messages

urlpatterns = [
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/count", inbox.inbox_count, name="inbox-count"),
    path("inbox/read-all", inbox.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/read", inbox.read, name="inbox-read"),
    path("inbox/<int:pk>/archive", inbox.archive, name="inbox-archive"),
    path("<slug:plural>/<int:pk>/notes", messages.post, name="note-new"),
    path("<slug:plural>/<int:pk>/messages/<int:message>/edit", messages.edit, name="message-edit"),
    path("<slug:plural>/<int:pk>/messages/<int:message>/delete", messages.delete, name="message-delete"),
    path("<slug:plural>/<int:pk>/messages/<int:message>/pin", messages.pin, name="message-pin"),
    path("<slug:plural>/<int:pk>/messages/<int:message>/star", messages.star, name="message-star"),
    path("<slug:plural>/<int:pk>/messages/<int:message>/react", messages.react, name="message-react"),
    path("<slug:plural>/<int:pk>/files/<int:file>", files.download, name="attachment"),
    path("<slug:plural>/<int:pk>/files/<int:file>/remove", files.remove, name="attachment-remove"),
    path("<slug:plural>/<int:pk>/follow", follows.follow, name="follow"),
    path("<slug:plural>/<int:pk>/mute", follows.mute, name="mute"),
    path("<slug:plural>/<int:pk>/seen", inbox.seen, name="inbox-seen"),
    path("<slug:plural>/<int:pk>/mention", completion.people, name="mention"),
    path("records/mention", completion.records, name="mention-record"),
]
