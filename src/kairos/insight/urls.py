from django.urls import path

from kairos.insight.views import changes, keeping, reports

urlpatterns = [
    path("reports", reports.reports, name="reports"),
    path("reports/new", reports.new, name="report-new"),
    path("reports/on/<slug:plural>", reports.report_on, name="report-on"),
    path("reports/on/<slug:plural>/export.<slug:kind>", reports.export, name="report-export"),
    path("reports/on/<slug:plural>/keep", keeping.keep, name="report-keep"),
    path("reports/changes/<slug:plural>", changes.changes, name="report-changes"),
    path("reports/ready/<slug:plural>/<slug:name>", reports.ready, name="report-ready"),
    path("reports/<int:pk>", reports.report, name="report"),
    path("reports/<int:pk>/change", keeping.change, name="report-change"),
    path("reports/<int:pk>/star", keeping.star, name="report-star"),
    path("reports/<int:pk>/copy", keeping.copy, name="report-copy"),
    path("reports/<int:pk>/delete", keeping.delete, name="report-delete"),
]
