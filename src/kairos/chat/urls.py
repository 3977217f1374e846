from django.urls import path

from kairos.chat.views import channels, completion, people, reading, talk

urlpatterns = [
    path("chat", channels.home, name="chat"),
    path("chat/list", channels.listed, name="chat-list"),
    path("chat/count", channels.count, name="chat-count"),
    path("chat/search", channels.search, name="chat-search"),
    path("chat/new", people.start, name="chat-new"),
    path("chat/with/<int:other>", people.direct, name="chat-direct"),
    path("chat/answers", completion.answers, name="chat-answers"),
    path("chat/<int:pk>/commands", completion.commands, name="chat-commands"),
    path("chat/<int:pk>", channels.channel, name="chat-channel"),
    path("chat/<int:pk>/about", channels.about, name="chat-about"),
    path("chat/<int:pk>/join", channels.join, name="chat-join"),
    path("chat/<int:pk>/leave", channels.leave, name="chat-leave"),
    path("chat/<int:pk>/mute", channels.mute, name="chat-mute"),
    path("chat/<int:pk>/lines", talk.lines, name="chat-lines"),
    path("chat/<int:pk>/news", talk.news, name="chat-news"),
    path("chat/<int:pk>/say", talk.say, name="chat-say"),
    path("chat/<int:pk>/thread/<int:message>", talk.thread, name="chat-thread"),
    path("chat/<int:pk>/read", reading.read, name="chat-read"),
    path("chat/<int:pk>/unread/<int:message>", reading.unread, name="chat-unread"),
    # A channel's record page is the conversation.
    path("channels/<int:pk>", channels.record, name="chat-record"),
]
