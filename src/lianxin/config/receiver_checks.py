"""Self-checks of those who receive what nobody else may see."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error, Warning


def receivers() -> list[CheckMessage]:
    """A receiver for complaints about the top, none that nobody may look at, a key for each."""
    from lianxin.cases import queries
    from lianxin.people import queries as people
    from lianxin.people.roles import Role
    from lianxin.seals import queries as seals

    found: list[CheckMessage] = []
    if unseen := queries.seen_by_nobody():
        found.append(
            Error(
                f"{len(unseen)} complaints lie where nobody may look at them: they are about those "
                "who could.",
                hint="Add the discipline body one level up as a unit of its own at the root, with "
                "somebody who holds the role of discipline receiver.",
                id="config.E017",
            )
        )
    receiving = people.units_with(Role.DISCIPLINE_RECEIVER)
    have = {key.unit_id for key in seals.live_keys()}
    if without := [unit.name for unit in receiving if unit.pk not in have]:
        found.append(
            Warning(
                f"{'、'.join(without)} receives what is sealed and has no key: whoever has the "
                "database reads it.",
                hint="Whoever holds the role there makes one at /desk/keys/: docs/sealed-lane.md.",
                id="config.W013",
            )
        )
    tops = {unit.path[:5] for unit in receiving}
    desks = {unit.path[:5] for unit in people.units_with(Role.DISPATCHER)}
    if desks and not tops - desks:
        found.append(
            Warning(
                "A complaint about whoever heads everything would have no receiver.",
                hint="Add the discipline body one level up as a unit of its own at the root.",
                id="config.W012",
            )
        )
    return found
