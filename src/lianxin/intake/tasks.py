"""Background chores of the intake module."""

from __future__ import annotations

import logging

from django.conf import settings

from lianxin.intake import stored
from lianxin.intake.actions import drop_orphans, drop_waiting, harden_codes, scan_files
from lianxin.intake.channels.call.actions import forget_calls
from lianxin.intake.channels.email import queries as mails
from lianxin.intake.channels.email import receiving
from lianxin.intake.channels.email.actions import forget_mails
from lianxin.intake.channels.ledger.actions import forget_sheets
from lianxin.intake.channels.reception.actions import forget_turns, tell_changes
from lianxin.intake.channels.wechat import actions as talks
from lianxin.intake.channels.wechat import fetching
from lianxin.intake.channels.wechat import queries as wechat
from lianxin.journal.periodic import every

log = logging.getLogger(__name__)


@every(seconds=3600, name="intake.photos")
def forget_unsent_files() -> None:
    """Remove files of forms that were never sent."""
    drop_waiting()


@every(seconds=15, name="intake.scan")
def scan_new_files() -> None:
    """Have new files checked for viruses, where there is a scanner."""
    scan_files()


@every(seconds=60, name="intake.mails", at_most=1_800)
def fetch_mails() -> None:
    """Take in what lies in the mailbox, where there is one."""
    if settings.IMAP_URL and mails.is_open():
        receiving.fetch()


@every(seconds=86_400, name="intake.mails_kept", at_most=600)
def forget_old_mails() -> None:
    """Remove what is kept of mails for telling them from new ones."""
    forget_mails()


@every(seconds=3600, name="intake.sheets")
def forget_old_sheets() -> None:
    """Forget the sheets of ledgers nobody came back to."""
    forget_sheets()


@every(seconds=300, name="intake.reception", at_most=900)
def tell_of_changed_days() -> None:
    """Tell whoever booked a turn and wished it that their day was moved or called off."""
    tell_changes()


@every(seconds=3600, name="intake.calls")
def forget_old_calls() -> None:
    """Erase the numbers of calls, and the addresses of bookings, that led to nothing."""
    forget_calls()
    forget_turns()


@every(seconds=10, name="intake.wechat_files")
def fetch_wechat_files() -> None:
    """Fetch what people sent by WeChat."""
    if wechat.is_open():
        fetching.fetch_files()


@every(seconds=300, name="intake.wechat_ended")
def end_wechat_talks() -> None:
    """Forget what was never sent, and what is kept for telling messages from new ones."""
    if wechat.is_open():
        fetching.end_chats()
        talks.forget_heard()


@every(seconds=86_400, name="intake.files", at_most=3_600)
def reconcile_files() -> None:
    """Remove files that no row speaks of; say so when a row speaks of a file that is gone."""
    apart = stored.compare(older=stored.ORPHAN_AFTER)
    removed = drop_orphans(apart.orphans)
    if removed:
        log.info("%d files that belonged to nothing were removed", removed)
    if apart.missing:
        log.error("%d files are missing: see `lianxin check`", len(apart.missing))


@every(seconds=2, name="intake.codes")
def harden_new_codes() -> None:
    """Keep new codes so that they cannot be tried quickly, not even with the pepper."""
    harden_codes(seconds=1)
