from django.urls import path

from kairos.mail.views import outbox

urlpatterns = [
    path("mail/outbox", outbox.outbox, name="outbox"),
    path("mail/outbox/try", outbox.try_mail, name="outbox-try"),
    path("mail/outbox/<int:pk>/again", outbox.again, name="outbox-again"),
    path("mail/outbox/<int:pk>/cancel", outbox.cancel, name="outbox-cancel"),
]
