from django.urls import path

from kairos.sales.views import lines, links, papers, portal, quotations, settings

urlpatterns = [
    path("selling", settings.selling, name="selling"),
    path("opportunities/<int:pk>/quote", quotations.quote, name="quotation-new"),
    path("opportunities/<int:pk>/close-quotations", quotations.close, name="quotations-close"),
    path("quotations/<int:pk>/links", links.make, name="quotation-link-make"),
    path("quotations/<int:pk>/links/revoke", links.revoke, name="quotation-link-revoke"),
    path("q/<str:token>", portal.portal, name="portal"),
    path("q/<str:token>/pdf", portal.pdf, name="portal-pdf"),
    path("q/<str:token>/sums", portal.reckon, name="portal-sums"),
    path("q/<str:token>/visit", portal.visit, name="portal-visit"),
    path("q/<str:token>/ask", portal.ask, name="portal-ask"),
    path("q/<str:token>/accept", portal.accept, name="portal-accept"),
    path("q/<str:token>/decline", portal.decline, name="portal-decline"),
    path("quotations/<int:pk>/pdf", papers.pdf, name="quotation-pdf"),
    path("quotations/<int:pk>/lines", lines.add, name="quotation-line-add"),
    path("quotations/<int:pk>/discount", lines.discount, name="quotation-discount"),
    path("quotations/<int:pk>/lines/<int:line>/why", lines.why, name="quotation-line-why"),
    path("quotations/<int:pk>/products", lines.products, name="quotation-products"),
    path("quotations/<int:pk>/lines/<int:line>", lines.update, name="quotation-line"),
    path("quotations/<int:pk>/lines/<int:line>/remove", lines.remove, name="quotation-line-remove"),
    path("quotations/<int:pk>/lines/<int:line>/move", lines.move, name="quotation-line-move"),
]
