"""A sound folder of rules, as small as one can be that has everything: the text of each of its files."""

from __future__ import annotations

from collections.abc import Mapping

HEADLINES = """\
headlines:
  - id: parents
    asks: Who must be told?
    rules: [nation.death.parents]
    duties: [tell_parents]
    yes: "{by} {verb} tell {to}"
"""
"""A headline question for the nation's profile."""

VOCABULARY_INCIDENT = """\
title: The incident
order: 10
facts:
  - id: incident.occurred_on
    scope: incident
    kind: fact
    type: date
    law_date: true
    meaning: The day it happened.
    question: On what day did it happen?
    who_would_know: the lead officer
  - id: incident.aware_on
    scope: incident
    kind: fact
    type: date
    not_before: [incident.occurred_on]
    meaning: The day the authority became aware of it.
    question: On what day did the authority become aware?
    who_would_know: the lead officer
  - id: incident.children
    scope: incident
    kind: fact
    type: number
    unit: children
    unit_for_one: child
    at_least: 1
    at_most: 50
    counts: children
    meaning: How many children it affected.
    question: How many children did it affect?
    who_would_know: the lead officer
  - id: incident.severe
    scope: incident
    kind: judgement
    type: yes_no
    meaning: Whether the incident is severe.
    question: Is the incident severe?
    who_would_know: the lead officer
    considerations:
      - text: What came of it.
        cites: [act/s2]
  - id: notice.sent_on
    scope: incident
    kind: step
    type: date
    not_before: [incident.occurred_on, incident.aware_on]
    meaning: The day the notice was sent.
    question: On what day was the notice sent?
    who_would_know: the lead officer
  - id: notice.withdrawn_on
    scope: incident
    kind: step
    type: date
    meaning: The day the notice was withdrawn.
    question: On what day was the notice withdrawn?
    who_would_know: the lead officer
  - id: hearing.held_on
    scope: incident
    kind: fact
    type: date
    may_be_future: true
    meaning: The day of the hearing.
    question: On what day is the hearing?
    who_would_know: the clerk
"""

VOCABULARY_CHILD = """\
title: The child
order: 20
facts:
  - id: child.died
    scope: child
    kind: fact
    type: yes_no
    meaning: The child has died.
    question: Has the child died?
    who_would_know: the social worker
  - id: child.died_on
    scope: child
    kind: fact
    type: date
    not_before: [child.last_alive_on]
    implies:
      - {fact: child.died, is: true}
    meaning: The day the child died.
    question: On what day did the child die?
    who_would_know: the social worker
  - id: child.last_alive_on
    scope: child
    kind: fact
    type: date
    meaning: The last day on which the child is known to have been alive.
    question: When was the child last known to be alive?
    who_would_know: the social worker
  - id: child.age
    scope: child
    kind: fact
    type: number
    unit: years
    unit_for_one: year
    at_least: 0
    at_most: 120
    meaning: The child's age.
    question: How old is the child?
    who_would_know: the social worker
  - id: child.home
    scope: child
    kind: fact
    type: one_of
    values:
      with_family: the child lives with family
      in_care: an authority looks after the child
      elsewhere: the child lives elsewhere
    implies:
      - {when: in_care, fact: child.looked_after, is: true}
    meaning: Where the child lives.
    question: Where does the child live?
    who_would_know: the social worker
  - id: child.looked_after
    scope: child
    kind: fact
    type: yes_no
    meaning: An authority looks after the child.
    question: Does an authority look after the child?
    who_would_know: the social worker
  - id: concern.view
    scope: child
    kind: judgement
    type: one_of
    values:
      known: abuse or neglect is known
      suspected: abuse or neglect is suspected
      neither: it is neither known nor suspected
    meaning: What the authority knows or suspects.
    question: Does the authority know or suspect abuse or neglect?
    who_would_know: the lead officer
    considerations:
      - text: What others have said.
        cites: [guide/g1]
  - id: parents.told_on
    scope: child
    kind: step
    type: date
    not_before: [child.died_on]
    meaning: The day the parents were told.
    question: On what day were the parents told?
    who_would_know: the social worker
"""

VOCABULARY_SPARE = """\
title: Facts that no rule asks for
order: 30
facts:
  - id: spare.flag
    scope: child
    kind: fact
    type: yes_no
    meaning: A spare flag.
    question: Is it so?
    who_would_know: anybody
  - id: spare.day
    scope: child
    kind: fact
    type: date
    meaning: A spare day.
    question: On what day?
    who_would_know: anybody
"""

SOURCE_ACT = """\
id: act
title: The Example Act 2000
short: EA 2000
layer: statute
url: https://example.org/act
in_force: {from: 2000-01-01, until: null}
checked: {status: verified, url: https://example.org/act, note: null}
provisions:
  - id: s1
    pinpoint: section 1
    force: must
    summary: Tell the board of a death.
  - id: s2
    pinpoint: section 2
    force: definition
    summary: What severe means.
  - id: s3
    pinpoint: section 3
    force: must
    in_force: {from: 2000-01-01, until: 2009-12-31}
    summary: Tell the old board.
  - id: s4
    pinpoint: section 4
    force: must_not
    summary: Tell nobody else.
"""

SOURCE_GUIDE = """\
id: guide
title: The Example Guidance
short: Guide
layer: statutory_guidance
in_force: {from: 2000-01-01, until: null}
provisions:
  - id: g1
    pinpoint: paragraph 1
    force: should
    summary: Tell the board within five working days.
    checked: {status: secondary, url: https://example.org/guide}
  - id: g2
    pinpoint: paragraph 2
    force: may
    summary: Others can be told.
    checked: {status: memory, confidence: low}
"""

SOURCE_SPARE = """\
id: spare
title: A page that no rule cites
short: Page
layer: official_page
in_force: {from: 2001-01-01, until: 2001-12-31}
checked: {status: unread}
provisions:
  - id: x1
    pinpoint: the page
    force: information
    summary: Nothing in particular.
"""

SOURCE_LOCAL = """\
id: local
title: The town's own guidance
short: Town
layer: local_guidance
in_force: {from: 2015-01-01, until: null}
checked: {status: verified}
provisions:
  - id: p1
    pinpoint: paragraph 1
    force: will
    summary: The town will tell its partnership.
"""

CALENDAR = """\
id: land
title: Working days of the land
base: GB
confirmed_until: 2027-12-31
cites: [act/s2]
corrections:
  - {date: 2023-05-08, working: false, reason: Coronation, cites: [act/s2]}
"""

CALENDAR_SPARE = """\
id: spare
title: A calendar that no profile uses
base: GB
confirmed_until: 2027-12-31
cites: [act/s2]
corrections:
  - {date: 2023-05-08, working: true, reason: No coronation here, cites: [act/s2]}
"""

DISCREPANCIES = """\
discrepancies:
  - id: D1
    kind: deadline conflict
    title: Two clocks
    clauses: [local/p1]
    sources: [guide/g1]
    local: three working days
    national: five working days
    resolution: both are shown
    note: The sources give two clocks.
"""

DISCREPANCIES_TOWN = """\
discrepancies:
  - id: D2
    kind: silence
    title: No time is given
    local: nothing
    national: nothing
    resolution: none is invented
    note: The source gives no time.
"""

NATION = """\
id: nation
title: The nation
authority: the authority
calendar: land
checked_on: 2026-01-31
roles:
  authority: {title: the local authority}
  board: {title: the board, contact: board@example.org}
  parents: {title: the parents}
"""

TOWN = """\
id: town
title: The town
extends: nation
authority: Town Council
calendar: land
roles:
  partnership: {title: the town's partnership, held_by: "Safeguarding Partnership"}
duties:
  - duty: tell_board
    also_to: [partnership]
    deadlines:
      - {within: {working_days: 3}, after: incident.aware_on, strength: will, cites: [local/p1]}
"""

PATHS = """\
paths:
  - id: nation.path.death
    title: From a death to the papers
    cites: [act/s1]
    steps: [tell_board, send_papers]
  - id: nation.path.town
    title: What a town does next
    cites: [guide/g1]
    note: Towns say which steps follow.
    opened_by: tell_board
"""

PATHS_TOWN = """\
paths:
  - id: nation.path.town
    title: What this town does next
    cites: [local/p1]
    steps: [tell_board]
"""

RULE_TELL_OLD = """\
id: nation.notice.tell
title: Tell the board, as the law was
question: Must the authority tell the board?
layer: statute
in_force: {from: 2005-01-01, until: 2014-12-31}
cites: [act/s1]
scope: child
when:
  says: the child has died
  fact: child.died
  is: true
then:
  - id: tell_board
    duty: must
    act: tell the board
    by: authority
    to: [board]
    once_per: incident
    done_by: notice.sent_on
    deadlines:
      - {within: {working_days: 10}, after: incident.aware_on, strength: should, cites: [guide/g1]}
examples:
  - {name: It died, given: {child.died: true}, expect: {outcome: met}}
  - {name: It lives, given: {child.died: false}, expect: {outcome: not_met}}
  - {name: Nobody knows, given: {}, expect: {outcome: undetermined}}
"""

RULE_TELL = """\
id: nation.notice.tell
title: Tell the board
question: Must the authority tell the board?
layer: statute
in_force: {from: 2015-01-01, until: null}
aliases: [nation.notice.board]
cites: [act/s1, guide/g1]
scope: child
when:
  all:
    - {says: the child has died, fact: child.died, is: true}
    - any:
        - {says: abuse or neglect is known or suspected, fact: concern.view, is_any_of: [known, suspected], cites: act/s2}
        - not: {says: the child is grown up, fact: child.age, at_least: 18}
then:
  - id: tell_board
    duty: must
    act: tell the board
    by: authority
    to: [board]
    once_per: incident
    done_by: notice.sent_on
    ended_by: notice.withdrawn_on
    deadlines:
      - {within: {working_days: 5}, after: incident.aware_on, strength: should, cites: [guide/g1], discrepancies: [D1]}
  - {note: The board passes it on., cites: [guide/g2], discrepancies: [D1]}
discrepancies: [D1]
examples:
  - name: A neglected child dies
    given: {child.died: true, concern.view: suspected, incident.aware_on: 2024-03-27}
    expect: {outcome: met}
  - {name: It lives, given: {child.died: false}, expect: {outcome: not_met}}
  - {name: Nobody knows, given: {}, expect: {outcome: undetermined}}
"""

RULE_PARENTS = """\
id: nation.death.parents
title: Tell the parents
question: Must the parents be told?
layer: statute
in_force: {from: 2015-01-01, until: null}
cites: [act/s1]
scope: child
when:
  all:
    - {rule: nation.notice.tell, is: met}
    - {says: the child lived with family, fact: child.home, is: with_family}
then:
  - id: tell_parents
    duty: must
    act: tell the parents
    by: authority
    to: [parents]
    once_per: child
    done_by: parents.told_on
    deadlines:
      - {within: without_delay, strength: must, cites: [act/s1]}
examples:
  - {name: It died at home, given: {child.died: true, child.age: 3, child.home: with_family}, expect: {outcome: met}}
  - {name: It lives, given: {child.died: false}, expect: {outcome: not_met}}
  - {name: Nobody knows, given: {}, expect: {outcome: undetermined}}
"""

RULE_SEVERE = """\
id: nation.notice.severe
title: Hear of a severe incident
question: Should the board hear of it?
layer: statutory_guidance
in_force: {from: 2015-01-01, until: null}
cites: [guide/g1]
scope: incident
when:
  any:
    - {says: the incident is severe, fact: incident.severe, is: true}
    - {says: at least three children are affected, fact: incident.children, at_least: 3}
    - {says: it happened before 2016, fact: incident.occurred_on, on_or_before: 2015-12-31}
then:
  - id: send_papers
    duty: should
    act: send the papers to the board
    by: authority
    to: [board]
    once_per: incident
    done_by: notice.sent_on
    deadlines:
      - {at_least: {working_days: 7}, before: hearing.held_on, strength: should, cites: [guide/g1]}
examples:
  - {name: It is severe, given: {incident.severe: true}, expect: {outcome: met}}
  - {name: It is not, given: {incident.severe: false, incident.children: 1, incident.occurred_on: 2020-01-01}, expect: {outcome: not_met}}
  - {name: Nobody knows, given: {incident.severe: false}, expect: {outcome: undetermined}}
"""

RULE_TOWN = """\
id: town.notice.partnership
title: Tell the partnership
question: Will the town tell its partnership?
layer: local_guidance
in_force: {from: 2015-01-01, until: null}
cites: [local/p1]
scope: incident
when: {says: the incident is severe, fact: incident.severe, is: true}
then:
  - id: tell_partnership
    duty: will
    act: tell the partnership
    by: authority
    to: [partnership]
    once_per: incident
    done_by: notice.sent_on
    deadlines:
      - {within: {days: 2}, after: incident.aware_on, strength: will, cites: [local/p1]}
examples:
  - {name: It is severe, given: {incident.severe: true}, expect: {outcome: met}}
  - {name: It is not, given: {incident.severe: false}, expect: {outcome: not_met}}
  - {name: Nobody knows, given: {}, expect: {outcome: undetermined}}
"""

FILES: Mapping[str, str] = {
    "vocabulary/incident.yaml": VOCABULARY_INCIDENT,
    "vocabulary/child.yaml": VOCABULARY_CHILD,
    "vocabulary/spare.yaml": VOCABULARY_SPARE,
    "sources/act.yaml": SOURCE_ACT,
    "sources/guide.yaml": SOURCE_GUIDE,
    "sources/spare.yaml": SOURCE_SPARE,
    "calendars/land.yaml": CALENDAR,
    "calendars/spare.yaml": CALENDAR_SPARE,
    "discrepancies.yaml": DISCREPANCIES,
    "nation/profile.yaml": NATION,
    "nation/paths.yaml": PATHS,
    "nation/notice/tell_old.yaml": RULE_TELL_OLD,
    "nation/notice/tell.yaml": RULE_TELL,
    "nation/notice/severe.yaml": RULE_SEVERE,
    "nation/death/parents.yaml": RULE_PARENTS,
    "town/profile.yaml": TOWN,
    "town/paths.yaml": PATHS_TOWN,
    "town/discrepancies.yaml": DISCREPANCIES_TOWN,
    "town/sources/local.yaml": SOURCE_LOCAL,
    "town/notice/partnership.yaml": RULE_TOWN,
}
"""A small valid rules folder: file to text. Two profiles, ``nation`` and ``town``; ``town`` extends ``nation``.

Nothing depends on the spare files, on the town's discrepancies or on the town's rule, so one mistake there is one fault.
"""
