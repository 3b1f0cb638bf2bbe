"""Strings that try to become part of a page: vectors × contexts, and letters that deceive.

Each that is read as markup leaves a mark: an element with the attribute `data-xss`, a call of
`window.__xss()`, or a dialog.
"""

from __future__ import annotations

import itertools

CALL = "window.__xss()"
VECTORS = (
    f"<script data-xss>{CALL}</script>",
    f"<img src=x data-xss onerror={CALL}>",
    f"<svg data-xss onload={CALL}>",
    f"<svg data-xss><script>{CALL}</script></svg>",
    f"<math data-xss><mi xlink:href=javascript:{CALL}>x</mi></math>",
    f"<iframe data-xss srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<iframe data-xss src=javascript:{CALL}></iframe>",
    f"<a data-xss href=javascript:{CALL}>看详情</a>",
    f"<a data-xss href='java&#10;script:{CALL}'>看详情</a>",
    f"<details data-xss open ontoggle={CALL}><summary>x</summary></details>",
    f"<input data-xss autofocus onfocus={CALL}>",
    f"<video data-xss src=x onerror={CALL}></video>",
    f"<object data-xss data=javascript:{CALL}></object>",
    f"<form data-xss action=javascript:{CALL}><button>x</button></form>",
    "<link data-xss rel=stylesheet href=//evil.example/x.css>",
    "<img data-xss src=//evil.example/x.png>",
    "<meta data-xss http-equiv=refresh content='0;url=//evil.example/'>",
    "<base data-xss href=//evil.example/>",
    "<style data-xss>body{display:none}</style>",
    f"<div data-xss hx-get=/ hx-trigger=load hx-on::load={CALL}></div>",
    f"<body data-xss onpageshow={CALL}>",
    f"<template data-xss><script>{CALL}</script></template>",
    "<script data-xss>alert(1)</script>",
    f"<noscript><p title='</noscript><img src=x data-xss onerror={CALL}>'></noscript>",
)
CONTEXTS = (
    "{}",
    "路灯坏了{}晚上看不见",
    '"><b>{}',
    "'>{}",
    "</textarea>{}",
    "</title>{}",
    "</script>{}",
    "--><!-- -->{}",
    "]]>{}",
    "&lt;{}",
    "\\u003c{}",
    "{{{{ 7|add:7 }}}}{}",
    "%3Cp%3E{}",
    "x\n\n{}\n\nx",
    '" data-xss onmouseover="window.__xss()" x="{}',
    "' data-xss autofocus onfocus='window.__xss()' x='{}",
    "` data-xss onfocus=window.__xss() {}",
    "</p></div></main>{}",
    "<!--{}",
    "<{}",
)
TINY = "<b data-xss>"
"""For names: short, and without the slash that a unit's name may not have."""
DECEIVING = (
    TINY,
    "\u202e<gpj.exe>\u202c", "\u2066<b data-xss>\u2069", "路\u200b灯\u200d坏\ufeff了",
    "\u2028\u2029", "𝐬𝐜𝐫𝐢𝐩𝐭 𝕒𝕝𝕖𝕣𝕥(𝟙)", "＜ｓｃｒｉｐｔ　data-xss＞", "ﬀ＜ﬁ＞", "‹script›",
    "a\u0301\u0302\u0303" * 20,
    "{{ request.user }}", "{% load static %}{% include 'x' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "[[${7*7}]]", "{{constructor.constructor('window.__xss()')()}}", "%(name)s {0} %s %n",
    "javascript:window.__xss()", "data:text/html,<script data-xss>window.__xss()</script>",
    "=HYPERLINK(\"//evil.example\",\"x\")", "+1+1", "-1+1", "@SUM(1)", "＝1+1", "|calc", "\t=1+1",
    "../../etc/passwd", "'; DROP TABLE intake_concern; --", "\\'; window.__xss(); //",
    "&#x3c;img&#x3e;",
)  # fmt: skip
CORPUS = (
    *(context.format(vector) for vector, context in itertools.product(VECTORS, CONTEXTS)),
    *DECEIVING,
)


def take(start: int, room: int, *, lines: bool) -> tuple[str, list[int]]:
    """As many strings from a place in the corpus on as fit in so many characters, and which."""
    text = ""
    numbers: list[int] = []
    for number in range(start, start + len(CORPUS)):
        piece = CORPUS[number % len(CORPUS)]
        piece = piece if lines else piece.replace("\n", " ")
        joined = f"{text}\n{piece}" if text else piece
        if len(joined) > room - 2 or (numbers and not lines):
            if numbers:
                break
            continue
        text = joined
        numbers.append(number % len(CORPUS))
    return text or CORPUS[0][:room], numbers
