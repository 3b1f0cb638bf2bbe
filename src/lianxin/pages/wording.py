"""Words for the clocks and for sealed fields."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

CLOCKS: dict[str, str | Promise] = {
    "ack": pgettext_lazy("clock", "Registering"),
    "triage": pgettext_lazy("clock", "Sorting"),
    "sign": pgettext_lazy("clock", "Signing"),
    "objection": pgettext_lazy("clock", "Returning"),
    "contact": pgettext_lazy("clock", "First contact"),
    "acceptance_notice": pgettext_lazy("clock", "Notice of acceptance"),
    "handling": pgettext_lazy("clock", "Reply"),
    "co_unit": pgettext_lazy("clock", "Help from another unit"),
    "info": pgettext_lazy("clock", "Information from the person"),
    "follow_up": pgettext_lazy("clock", "Follow-up call"),
    "ruling": pgettext_lazy("clock", "Decision on the judgement"),
    "rework": pgettext_lazy("clock", "Rework"),
    "review_right": pgettext_lazy("clock", "Right to a review"),
    "recheck_right": pgettext_lazy("clock", "Right to a recheck"),
    "review": pgettext_lazy("clock", "Review"),
    "recheck": pgettext_lazy("clock", "Recheck"),
    "report": pgettext_lazy("clock", "Progress report"),
    "milestone": pgettext_lazy("clock", "Step of the timetable"),
    "supervision": pgettext_lazy("clock", "Answer to the supervision"),
    "sealed_notice": pgettext_lazy("clock", "Notice to the accuser"),
    "sealed_result": pgettext_lazy("clock", "Result to the accuser"),
    "rate_window": pgettext_lazy("clock", "Time for rating"),
    "reopen_window": pgettext_lazy("clock", "Time for reopening"),
    "extension": pgettext_lazy("clock", "Extension at most"),
    "awaiting_info": pgettext_lazy("clock", "Pause for information at most"),
}
SEALED_FIELDS: dict[str, str | Promise] = {
    "name": pgettext_lazy("sealed field", "Name"),
    "phone": pgettext_lazy("sealed field", "Telephone"),
    "address": pgettext_lazy("sealed field", "Address"),
    "email": pgettext_lazy("sealed field", "E-mail"),
    "wechat": pgettext_lazy("sealed field", "WeChat"),
    "original": pgettext_lazy("sealed field", "Original file"),
    "proxy_name": pgettext_lazy("sealed field", "Name of whoever filed for them"),
    "proxy_phone": pgettext_lazy("sealed field", "Telephone of whoever filed for them"),
}
BASIS: dict[str, str | Promise] = {
    "law": pgettext_lazy("basis", "law"),
    "std": pgettext_lazy("basis", "standard"),
    "local": pgettext_lazy("basis", "local rule"),
    "local_draft": pgettext_lazy("basis", "draft of a local rule"),
    "practice": pgettext_lazy("basis", "custom"),
    "ours": pgettext_lazy("basis", "our proposal"),
}
LEVELS: dict[str, str | Promise] = {
    "critical": pgettext_lazy("level", "danger to life or property"),
    "utility": pgettext_lazy("level", "water, power, gas, heat, lift"),
    "enquiry": pgettext_lazy("level", "enquiry"),
    "ordinary": pgettext_lazy("level", "ordinary"),
    "complex": pgettext_lazy("level", "complex"),
    "simple": pgettext_lazy("level", "simple track"),
}
FAULTS: dict[str, str | Promise] = {
    "changed": pgettext_lazy("journal", "An entry was changed after it was written"),
    "missing": pgettext_lazy("journal", "Entries were removed"),
    "inserted": pgettext_lazy("journal", "Entries were put in later"),
    "reordered": pgettext_lazy("journal", "Entries are not in the order they were written"),
    "cut": pgettext_lazy("journal", "Entries were cut off the end"),
    "rewritten": pgettext_lazy("journal", "The journal was written anew up to here"),
    "forged": pgettext_lazy("journal", "Checkpoints that our key did not sign"),
    "stamp": pgettext_lazy("journal", "A time stamp that is not over this journal"),
    "anchor_cut": pgettext_lazy("journal", "Checkpoints are gone from the anchor file"),
}
ANCHORS: dict[str, str | Promise] = {
    "file": pgettext_lazy("anchor", "File"),
    "webhook": pgettext_lazy("anchor", "Another unit"),
    "timestamp": pgettext_lazy("anchor", "Time-stamping authority"),
}
