"""The staff roles (domain roles C1). A role is held at a unit and reaches everything below it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do. The resident and the public hold no role: they need no account."""

    INTAKE_CLERK = "intake_clerk", _("Intake clerk")
    DISPATCHER = "dispatcher", _("Dispatcher")
    UNIT_LIAISON = "unit_liaison", _("Unit liaison")
    HANDLER = "handler", _("Handler")
    UNIT_LEADER = "unit_leader", _("Responsible leader")
    SUPERVISOR = "supervisor", _("Supervisor")
    FOLLOW_UP_CALLER = "follow_up_caller", _("Follow-up caller")
    REVIEW_BODY = "review_body", _("Review body")
    DISCIPLINE_RECEIVER = "discipline_receiver", _("Discipline receiver")
    MEDIATOR = "mediator", _("Mediator")
    COMMUNITY_SECRETARY = "community_secretary", _("Community secretary")
    MEMBER = "member", _("Party member")
    VOLUNTEER = "volunteer", _("Volunteer")
    BRANCH_SECRETARY = "branch_secretary", _("Branch secretary")
    WORK_TEAM = "work_team", _("Work team")
    COMMITTEE = "committee", _("Residents' or villagers' committee")
    SUPERVISION_COMMITTEE = "supervision_committee", _("Supervision committee")
    DISCLOSURE_OFFICER = "disclosure_officer", _("Disclosure officer")
    PRIVACY_OFFICER = "privacy_officer", _("Personal data lead")
    SYS_ADMIN = "sys_admin", _("System administrator")
    SEC_ADMIN = "sec_admin", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")


# 三员分立: nobody holds two of the three at one time (graded protection practice).
THREE_ADMINS = frozenset({Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDITOR})
