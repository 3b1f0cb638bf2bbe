"""The doors a resident comes in by, and where staff take down what is said."""

from __future__ import annotations

from django.urls import include, path

from lianxin.intake.views import file, nearby, proof, receipt, register, report, together, track

urlpatterns = [
    path("report/", report.report, name="report"),
    path("report/file/", report.report_file, name="report_file"),
    path("report/nearby/", nearby.report_nearby, name="report_nearby"),
    path("report/done/", receipt.receipt, name="receipt"),
    path("proof/", proof.proof, name="proof"),
    path("proof/key.pem", proof.key, name="proof_key"),
    path("proof/checkpoints.txt", proof.checkpoints, name="proof_checkpoints"),
    path("track/", track.track, name="track"),
    path("track/together/", together.together, name="together"),
    path("file/<uuid:name>/", file.file, name="file"),
    path("desk/register/", register.register, name="register"),
    path("desk/register/<slug:name>/", register.register, name="register_door"),
    path("", include("lianxin.intake.offline.urls")),
    path("", include("lianxin.intake.channels.api.urls")),
    path("", include("lianxin.intake.channels.box.urls")),
    path("", include("lianxin.intake.channels.call.urls")),
    path("", include("lianxin.intake.channels.ledger.urls")),
    path("", include("lianxin.intake.channels.reception.urls")),
    path("", include("lianxin.intake.channels.wechat.urls")),
]
