from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People, roles, the tree of units and areas, and signing in."""

    name = "lianxin.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from lianxin.people import events, scopes, signing_in
        from lianxin.people.roles import Role
        from lianxin.ui import nav

        del events, scopes  # imported so that they are registered
        signing_in.declare_rules()
        keepers = [Role.SYS_ADMIN, Role.SEC_ADMIN]
        nav.register(_("People and units"), "people_units", "sitemap", keepers, order=900)
        nav.register(
            _("What administrators did"), "administrators", "history", [Role.AUDITOR], order=910
        )
        nav.register(_("My interests"), "interests", "eye-off", order=60)
