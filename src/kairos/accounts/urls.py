"""Sign-in, the first welcome, one's own preferences, the workspace's settings."""

from django.urls import path

from kairos.accounts.views import people, preferences, rights, welcome, workspace

urlpatterns = [
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("preferences", preferences.preferences, name="preferences"),
    path("preferences/sign-out-everywhere", preferences.sign_out_everywhere, name="sign_out_everywhere"),
    path("language", preferences.choose_language, name="choose_language"),
    path("settings", workspace.settings, name="settings"),
    path("settings/letterhead", workspace.letterhead, name="letterhead"),
    path("settings/dismiss-checklist", workspace.dismiss_checklist, name="dismiss_checklist"),
    path("settings/rights", rights.rights, name="rights"),
    path("<slug:plural>/<int:pk>/access", rights.access, name="access"),
    path("users/<int:pk>/welcome-link", people.make_welcome_link, name="make_welcome_link"),
]
