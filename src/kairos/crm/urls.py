from django.urls import path

from kairos.crm.views import assignment, assignment_news, forecast, funnel, losses, process, products, scoring

urlpatterns = [
    path("deals/<int:pk>/score", scoring.deal_score, name="deal-score"),
    path("products/<int:pk>/image", products.image, name="product-image"),
    path("products/<int:pk>/image/set", products.set_image, name="product-image-set"),
    path("products/<int:pk>/image/remove", products.remove_image, name="product-image-remove"),
    path("scoring", scoring.scoring, name="scoring"),
    path("scoring/learn", scoring.learn, name="scoring-learn"),
    path("scoring/progress", scoring.progress, name="scoring-progress"),
    path("scoring/settings", scoring.settings, name="scoring-settings"),
    path("forecast", forecast.forecast, name="forecast"),
    path("funnel", funnel.funnel, name="funnel"),
    path("losses", losses.losses, name="losses"),
    path("assignment", assignment.assignment, name="assignment"),
    path("assignment/news", assignment_news.assignment_news, name="assignment-news"),
    path("assignment/<int:pk>/seen", assignment_news.assignment_seen, name="assignment-seen"),
    path("assignment/runs/<int:pk>/undo", assignment.undo_assignment_run, name="assignment-undo"),
    path("teams/<int:pk>/assignment", assignment.team_assignment, name="team-assignment"),
    path("teams/<int:pk>/assignment/member", assignment.team_member, name="team-member"),
    path("teams/<int:pk>/assignment/run", assignment.run_assignment, name="team-assignment-run"),
    path("teams/<int:pk>/assignment/pause", assignment.pause_own, name="team-assignment-pause"),
    path("teams/<int:pk>/process", process.process, name="team-process"),
]
