"""A county with very many cases, written into PostgreSQL by SQL: 6 % open, the rest ended."""

from __future__ import annotations

from django.db import connection

from bench import words
from lianxin.cases.states import WITH_UNIT, State
from lianxin.deadlines import queries as clocks
from lianxin.demo import town
from lianxin.people import queries as people
from lianxin.people.roles import Role

TEXTS = 5_000
OPEN_OF_100 = 6
OPEN_STATES = (
    *(State.REGISTERED,) * 3,
    *(State.TRIAGE,) * 2,
    *(State.DISPATCHED,) * 3,
    *(State.ACCEPTED,) * 4,
    *(State.HANDLING,) * 12,
    State.AWAITING_INFO,
    State.DEFERRED,
    *(State.REPLY_REVIEW,) * 2,
    *(State.REPLIED,) * 5,
    State.FOLLOW_UP,
    State.REWORK,
)
ENDED_STATES = (
    *(State.CLOSED,) * 6,
    *(State.ARCHIVED,) * 24,
    *(State.ANSWERED_ON_SPOT,) * 3,
    *(State.REFERRED_OUT,) * 2,
    State.NOT_ACCEPTED,
    State.WITHDRAWN,
)

CONCERNS = """
INSERT INTO intake_concern (id, uuid, number, selector, verifier, code_counter, key, fingerprint,
    channel, received_at, filed_at, source_ref, title, words, wish, place, about_official,
    identity, reply_mode, language, area_id)
SELECT g, gen_random_uuid(), lpad(g::text, 11, '0'), lpad(g::text, 8, '0'), '', 0,
    md5(g::text) || md5('k' || g), '', 'web', at, at, '', '', t.words || g, '', '东关大街',
    false, 'anonymous', 'online', 'zh-hans', a.id
FROM (SELECT g, now() - make_interval(secs => (%(count)s - g) * 31536000.0 / %(count)s) AS at
      FROM generate_series(1, %(count)s) g) s
JOIN bench_words t ON t.id = g %% (SELECT count(*) FROM bench_words)
JOIN (SELECT id, row_number() OVER (ORDER BY path) - 1 AS n FROM people_area) a
    ON a.n = (hashint4(g::int) & 2147483647) %% (SELECT count(*) FROM people_area)
"""
# An ended case ended at some time after it came; an open one came within the last weeks or long
# ago, and its date lies up to 20 days behind and 30 before us.
CASES = """
INSERT INTO cases_case (id, concern_id, state, moved_at, opened_at, due_at, closing, kind,
    category_id, urgency, solvability, lane, cared_about, direct, pressing, priority_reason,
    hard_urgent, policy_id, desk_unit_id, lead_unit_id, handler_id, dispatch_reason)
SELECT g, g, state, least(now(), at + random() * interval '20 days'), at,
    CASE WHEN open AND state NOT IN ('replied', 'follow_up')
         THEN now() + (random() * 50 - 20) * interval '1 day' END,
    CASE WHEN state = 'closed' THEN 'solved' ELSE '' END,
    CASE WHEN state IN ('registered', 'triage') THEN '' ELSE 'complaint' END,
    c.id, (ARRAY['ordinary', 'ordinary', 'ordinary', 'urgent'])[1 + g %% 4], '', 'ordinary',
    false, false, false, '', false, %(policy)s, %(desk)s,
    CASE WHEN state = ANY(%(nowhere)s::text[]) THEN NULL ELSE u.id END,
    CASE WHEN state = ANY(%(with_unit)s::text[]) AND state <> 'dispatched' THEN u.handler END, ''
FROM (SELECT g, at, open,
             CASE WHEN open THEN (%(open)s::text[])[1 + floor(random() * %(n_open)s)::int]
             ELSE (%(ended)s::text[])[1 + floor(random() * %(n_ended)s)::int] END AS state
      FROM (SELECT id AS g, received_at AS at, random() * 100 < %(share)s AS open
            FROM intake_concern) i) s
JOIN bench_units u
    ON u.n = (hashint4(g::int + 7) & 2147483647) %% (SELECT count(*) FROM bench_units)
JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS n FROM sorting_category
      WHERE code LIKE '%%.%%') c
    ON c.n = (hashint4(g::int + 13) & 2147483647)
             %% (SELECT count(*) FROM sorting_category WHERE code LIKE '%%.%%')
"""
CLOCKS = """
INSERT INTO deadlines_clock (subject, kind, ref, unit, started_at, due_at, original_due_at,
    outcome, pause_reason)
SELECT 'case:' || id, CASE WHEN lead_unit_id IS NULL THEN 'triage' ELSE 'handling' END, '', 'wd',
    due_at - interval '30 days', due_at, due_at, '', ''
FROM cases_case WHERE due_at IS NOT NULL
"""
HELPERS = """
INSERT INTO cases_counit (case_id, unit_id, task, asked_at, result)
SELECT c.id, u.id, '请协助核实', c.opened_at, '' FROM cases_case c
JOIN bench_units u ON u.n = (c.id * 31) % (SELECT count(*) FROM bench_units)
WHERE c.id % 40 = 0 AND c.lead_unit_id IS NOT NULL AND c.lead_unit_id <> u.id
"""
APPLICATIONS = """
INSERT INTO cases_application (case_id, kind, reason, text, basis, asked_at, asked_by_id, decision,
    decision_text, decided_at)
SELECT id, CASE WHEN state = 'handling' THEN 'extension' ELSE 'withdrawal' END, '',
    '材料还没有到齐', '', opened_at, handler_id,
    CASE WHEN state = 'handling' THEN '' ELSE 'granted' END, '',
    CASE WHEN state = 'handling' THEN NULL ELSE moved_at END
FROM cases_case WHERE id % 20 = 0 AND state IN ('handling', 'closed', 'archived')
"""


def fill(count: int) -> None:
    """Build the town through its actions, then this many cases around it."""
    town.found()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off")
        cursor.execute("CREATE TEMP TABLE bench_words (id int PRIMARY KEY, words text)")
        with cursor.copy("COPY bench_words FROM STDIN") as copy:
            for number, text in enumerate(words.texts(TEXTS)):
                copy.write_row((number, text))
        cursor.execute(
            "CREATE TEMP TABLE bench_units AS SELECT u.id, row_number() OVER (ORDER BY path) - 1"
            " AS n, (SELECT min(user_id) FROM people_membership m WHERE m.unit_id = u.id"
            "        AND role IN (%s, %s)) AS handler FROM people_unit u",
            [Role.HANDLER, Role.COMMUNITY_SECRETARY],
        )
        cursor.execute(CONCERNS, {"count": count})
        cursor.execute(
            CASES,
            {
                "policy": clocks.rules("community_default").id,
                "desk": people.desks()[None],
                "open": list(OPEN_STATES),
                "n_open": len(OPEN_STATES),
                "ended": list(ENDED_STATES),
                "n_ended": len(ENDED_STATES),
                "share": OPEN_OF_100,
                "with_unit": sorted(WITH_UNIT),
                "nowhere": [State.REGISTERED, State.TRIAGE, State.ANSWERED_ON_SPOT],
            },
        )
        cursor.execute(CLOCKS)
        cursor.execute(HELPERS)
        cursor.execute(APPLICATIONS)
        for table in (
            "intake_concern", "cases_case", "cases_counit", "cases_application", "deadlines_clock",
        ):  # fmt: skip
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
            cursor.execute(f"VACUUM ANALYZE {table}")
