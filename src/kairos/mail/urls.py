from django.urls import path

from kairos.mail.views import hooks, incoming, mailboxes, outbox, way

urlpatterns = [
    path("mail/outbox", outbox.outbox, name="outbox"),
    path("mail/outbox/try", outbox.try_mail, name="outbox-try"),
    path("mail/outbox/<int:pk>/again", outbox.again, name="outbox-again"),
    path("mail/outbox/<int:pk>/cancel", outbox.cancel, name="outbox-cancel"),
    path("mail/way", way.way, name="mail-way"),
    path("mail/way/forget", way.forget, name="mail-way-forget"),
    path("mail/hooks/<str:token>/tracking", hooks.tracking, name="mail-hook-tracking"),
    path("mail/hooks/<str:token>/inbound", hooks.inbound, name="mail-hook-inbound"),
    path("mail/incoming", incoming.incoming, name="incoming-mail"),
    path("mail/incoming/<int:pk>/raw", incoming.raw, name="incoming-raw"),
    path("mail/incoming/<int:pk>/route", incoming.route, name="incoming-route"),
    path("mail/mailboxes/<int:pk>/connection", mailboxes.connection, name="mailbox-connection"),
    path("mail/mailboxes/<int:pk>/try", mailboxes.try_connection, name="mailbox-try"),
]
