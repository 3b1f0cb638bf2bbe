"""The drawings pages may use; ``tools/vendor.py`` copies exactly these into the sprite."""

from __future__ import annotations

ICONS: frozenset[str] = frozenset(
    """
    adjustments alarm alert-circle alert-triangle archive arrow-back-up arrow-left arrow-right
    ban bell books building building-community calendar camera chart-bar check chevron-down
    chevron-left chevron-right chevron-up circle-check circle-x clipboard-check clipboard-list
    clock copy dots download edit external-link eye eye-off file-text filter flag folder
    hand-stop heart-handshake help-circle history home inbox info-circle key keyboard language
    list list-check lock logout mail map-pin menu-2 message message-circle message-report
    messages microphone mood-happy mood-neutral mood-sad moon note paperclip phone photo
    player-pause player-play plus printer refresh route scale search send settings shield
    shield-check shield-lock sitemap speakerphone star sun tag thumb-up trash upload user
    user-check users users-group world x
    """.split()  # noqa: SIM905 - a list of a hundred quotes reads worse
)
