"""The one address of this door."""

from __future__ import annotations

from django.urls import path

from lianxin.intake.channels.wechat import views

urlpatterns = [path("wechat/", views.callback, name="wechat")]
