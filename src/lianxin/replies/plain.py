"""Does a reply speak so that anyone understands it (M68)? Remarks for the writer, never a bar."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

LONGEST_SENTENCE = 60
LATIN_LONGEST_SENTENCE = 180
# Officialese with what people say instead.
SAID_INSTEAD = {
    "贵方": "您",
    "你处": "您那里",
    "予以": "（直接说动词）",
    "兹": "现在",
    "特此": "（可以不写）",
    "该同志": "他、她",
    "上述": "（写清楚是什么）",
    "依法依规": "（写出是哪一条）",
    "有关规定": "（写出是哪一条）",
    "有关部门": "（写出是哪个单位）",
    "相关部门": "（写出是哪个单位）",
    "尽快": "（写出日期）",
    "近期": "（写出日期）",
    "适时": "（写出日期）",
    "高度重视": "（写做了什么）",
    "进一步": "（写具体做什么）",
    "加大力度": "（写具体做什么）",
    "切实": "（可以不写）",
    "信访人": "您",
    "来电人": "您",
    "诉求人": "您",
}


def remarks(text: str) -> list[str]:
    """What a reader might stumble over, each as a sentence for the writer; none is fine too."""
    found = []
    for word, instead in SAID_INSTEAD.items():
        if word in text:
            found.append(
                _("“%(word)s” sounds like an office. Better: %(instead)s.")
                % {"word": word, "instead": instead}
            )
    for sentence in re.split(r"[。！？!?；;\n]|\.\s", text):
        limit = LATIN_LONGEST_SENTENCE if sentence.isascii() else LONGEST_SENTENCE
        if len(sentence.strip()) > limit:
            found.append(
                _("This sentence is long; make two of it: “%(start)s…”")
                % {"start": sentence.strip()[:20]}
            )
    if text.strip() and "您" not in text and not text.isascii():
        found.append(_("Speak to the person: say 您."))
    return found
