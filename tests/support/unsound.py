"""Mistakes that leave every file readable and the rules unsound together."""

from __future__ import annotations

from tests.support.mistakes import (
    ALWAYS,
    AWARE,
    DAYS,
    DAYS_2,
    NATION,
    NEVER,
    NO_D99,
    NO_P9,
    NO_PARNETS,
    NOT_SEVERE,
    P1,
    PARENTS,
    PATHS,
    REGISTER,
    RULE,
    SEVERAL,
    SEVERE_TEST,
    TELL,
    TELL_OLD,
    TOWN,
    WILL,
    Mistake,
    added,
    deadline,
    duty,
    edit,
    elsewhere,
    fact,
    headline,
    when,
    when_child,
    without,
)
from tests.support.rules_files import HEADLINES

OLD_WINDOW = "this window overlaps the one in rules/nation/notice/tell_old.yaml:5:1 (from 1 January 2005"
TOO_OLD = "act/s3 applies from 1 January 2000 to 31 December 2009, never while this rule does (from 1 January 2015)"
LONGER = "allows more time for tell_board than 'within 5 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell.yaml:25:9)"

SOUND = {
    "not before no date": fact("not_before: [spare.day, ▶child.dide_on]", "there is no date called 'child.dide_on'; did you mean 'child.died_on'?"),
    "not before what is no date": fact("not_before: [▶child.died]", "there is no date called 'child.died'; did you mean 'child.died_on'?"),
    "after no step": fact(
        "comes_after: [{▶fact: notice.sent}]", "there is no step called 'notice.sent'; did you mean 'notice.sent_on'?", "date", "step"
    ),
    "taken with no date": fact(
        "taken_with: {▶step: notice.sent, where: child.home, is_any_of: [in_care]}", "no date called 'notice.sent'; did you mean", "date", "step"
    ),
    "taken with another where a fact has no named values": fact(
        "taken_with: {step: notice.sent_on, ▶where: child.died, is_any_of: [in_care]}",
        "there is no fact with named values called 'child.died'",
        "date",
        "step",
    ),
    "taken with another at a value that there is not": fact(
        "taken_with: {step: notice.sent_on, where: child.home, ▶is_any_of: [in_caer]}",
        "child.home is never 'in_caer'; did you mean 'in_care'?",
        "date",
        "step",
    ),
    "an incident's step taken with a child's": fact(
        "taken_with: {▶step: parents.told_on, where: child.home, is_any_of: [in_care]}",
        "parents.told_on is about one child; a step about the incident cannot follow from it",
        "date",
        "step",
        "incident",
    ),
    "after what is no step": fact("comes_after: [{▶fact: child.died_on}]", "there is no step called 'child.died_on'", "date", "step"),
    "an order of no provision": fact("comes_after: [{fact: notice.sent_on, cites: [▶local/p9]}]", NO_P9, "date", "step"),
    "a child that settles the incident": fact("implies: [▶{fact: incident.severe, is: true}]", "incident.severe is about the incident; one child"),
    "an incident that settles a child": fact(
        "implies: [▶{fact: spare.flag, is: true}]", "spare.flag is about one child; the incident", scope="incident"
    ),
    "a consideration of no provision": fact(
        "considerations: [{text: x, cites: [act/s1, ▶act/s9]}]", "no provision called 'act/s9'", kind="judgement"
    ),
    "a second date on which the law is read": fact(
        "▶law_date: true", "the law is read on one date of the incident; `law_date` stands", scope="incident"
    ),
    "a child's date on which the law is read": fact("▶law_date: true", "the law is read on one date of the incident; `law_date` stands on that"),
    "a discrepancy about no clause": edit(REGISTER, "    local: nothing", "    clauses: [▶local/p9]\n    local: nothing", NO_P9),
    "a discrepancy about no source": edit(
        REGISTER, "    local:", "    sources: [act/s1, ▶guide/g9]\n    local:", "there is no provision called 'guide/g9'; did you mean 'guide/g"
    ),
    "a shared discrepancy about no clause": edit("discrepancies.yaml", "clauses: [local/p1]", "clauses: [▶local/p9]", NO_P9),
    "a calendar of no provision": edit(
        DAYS, "12-31\ncites: [act/s2]", "12-31\ncites: [▶atc/s2]", "no provision called 'atc/s2'; did you mean 'act/s2'?"
    ),
    "a base that the library does not have": edit(DAYS, "base: GB", "▶base: ZZ", "the library has no calendar called 'ZZ'"),
    "a corrected day of no provision": edit(DAYS, "here, cites: [act/s2]", "here, cites: [▶act/s20]", "no provision called 'act/s20'"),
    "a window that overlaps by a day": edit(
        TELL, "in_force: {from: 2015-01-01", "▶in_force: {from: 2014-12-31", f"{OLD_WINDOW} to 31 December 2014)"
    ),
    "a window before that never ends": elsewhere(TELL_OLD, "until: 2014-12-31", "until: null", TELL, "in_force:", f"{OLD_WINDOW})"),
    "a gap that nobody explains": Mistake(
        lambda folder: folder.edit(TELL, "in_force: {from: 2015-01-01", "▶in_force: {from: 2016-03-01").drop(PARENTS, PATHS),
        "no version applies from 1 January 2015 to 29 February 2016; say why under `gap_after` in rules/nation/notice/tell_old.yaml",
    ),
    "a gap of a day that nobody explains": elsewhere(
        TELL_OLD, "until: 2014-12-31", "until: 2014-12-30", TELL, "in_force:", "no version applies from 31 December 2014 to 31 December 2014"
    ),
    "an explanation of no gap": edit(
        TELL_OLD, "scope: child", "▶gap_after: the law lapsed\nscope: child", "there is no gap: rules/nation/notice/tell.yaml takes over the next day"
    ),
    "versions of different scope": Mistake(
        lambda folder: (
            folder.edit(TELL_OLD, "scope: child", "scope: incident")
            .edit(TELL_OLD, "  fact: child.died", "  fact: incident.severe")
            .mark(TELL, "scope:")
        ),
        "the version in rules/nation/notice/tell_old.yaml is asked per incident; versions of a rule share their scope",
    ),
    "a reference to no rule": when(
        "{any: [{▶rule: nation.notice.sevree, is: met}]}", "there is no rule called 'nation.notice.sevree'; did you mean 'nation.notice.severe'?"
    ),
    "a reference by a former id": when_child("{▶rule: nation.notice.board, is: met}", "there is no rule called 'nation.notice.board'"),
    "a reference from the incident to a child": when(
        f"{{any: [{SEVERE_TEST}, {{▶rule: nation.notice.tell, is: met}}]}}", "nation.notice.tell is asked per child; a rule that is asked once cannot"
    ),
    "a reference to what does not apply yet": elsewhere(
        PARENTS, "from: 2015-01-01", "from: 2004-12-31", PARENTS, "rule: nation", "nation.notice.tell does not apply on 31 December 2004, when this"
    ),
    "a reference to what no longer applies": elsewhere(
        TELL, "until: null", "until: 2020-12-31", PARENTS, "rule: nation", "nation.notice.tell does not apply on 1 January 2021, when this rule does"
    ),
    "a reference across an explained gap": Mistake(
        lambda folder: (
            folder.edit(TELL_OLD, "scope: child", "gap_after: it lapsed\nscope: child")
            .edit(TELL, "from: 2015-01-01", "from: 2016-01-01")
            .edit(PARENTS, "from: 2015-01-01", "from: 2010-01-01")
            .mark(PARENTS, "rule: nation.notice.tell")
        ),
        "nation.notice.tell does not apply on 1 January 2015, when this rule does",
    ),
    "a rule that asks itself": when(
        f"{{any: [{SEVERE_TEST}, {{▶rule: town.notice.partnership, is: met}}]}}",
        "town.notice.partnership refers to itself by way of town.notice.partnership",
    ),
    "a test of a child in a rule asked once": when(
        f"{{any: [{SEVERE_TEST}, {{says: x, ▶fact: child.died, is: true}}]}}",
        "child.died is about one child; a rule that is asked once cannot test it",
    ),
    "a test of no provision": when("{says: x, fact: incident.severe, is: true, ▶cites: local/p9}", NO_P9),
    "a test of no provision in a list": when("{says: x, fact: incident.severe, is: true, cites: [local/p1, ▶local/p9]}", NO_P9),
    "a test of a provision too old": when("{says: x, fact: incident.severe, is: true, cites: [▶act/s3]}", TOO_OLD),
    "a test that always holds": when(f"{{all: [{SEVERE_TEST}, ▶{ALWAYS}]}}", "this test always holds, whatever incident.children is"),
    "a negated test that always holds": when(
        f"{{any: [{SEVERE_TEST}, {{▶not: {ALWAYS}}}]}}", "this test always holds, whatever incident.children is"
    ),
    "a test that never holds": when(f"{{any: [{SEVERE_TEST}, ▶{NEVER}]}}", "this test never holds, whatever incident.children is"),
    "a test that holds of every value": when_child(
        "{all: [{rule: nation.notice.tell, is: met}, ▶{says: x, fact: child.home, is_any_of: [in_care, with_family, elsewhere]}]}",
        "this test always holds, whatever child.home is",
    ),
    "a condition that always holds": when(f"{{any: [{SEVERE_TEST}, {NOT_SEVERE}]}}", "the condition always holds, whatever the facts"),
    "a condition that never holds": when(f"{{all: [{SEVERE_TEST}, {NOT_SEVERE}]}}", "the condition never holds, whatever the facts"),
    "a condition that never holds in part": when(
        f"{{all: [{SEVERAL}, {{any: [{{all: [{SEVERE_TEST}, {NOT_SEVERE}]}}]}}]}}", "the condition never holds, whatever the facts"
    ),
    "a condition that never holds by another rule's": when_child(
        "{all: [{rule: nation.notice.tell, is: met}, {says: x, fact: child.died, is: false}]}", "the condition never holds, whatever the facts"
    ),
    "a condition of too many tests": when(
        f"{{any: [{', '.join([SEVERE_TEST] * 501)}]}}", "the condition has more than 500 tests, those of the rules"
    ),
    "a rule called as one of another folder": edit(RULE, "id: town.", "▶id: nation.", "a rule of this folder has an id that begins with 'town.'"),
    "a rule of no provision": edit(RULE, "cites: [local/p1]\nscope", "cites: [▶local/p9]\nscope", NO_P9),
    "a rule of a provision too old": edit(RULE, "cites: [local/p1]\nscope", "cites: [local/p1, ▶act/s3]\nscope", TOO_OLD),
    "a rule older than what it cites": edit(
        RULE, "2015-01-01, until: null}\ncites", "2014-12-31, until: null}\n▶cites", "nothing that this rule cites is in force on 31 December 2014"
    ),
    "a rule of a layer it does not cite": edit(
        RULE, "layer: local_guidance", "▶layer: statute", "the rule cites nothing of layer statute, only local_guidance"
    ),
    "a rule of no discrepancy": edit(RULE, "scope: incident", "scope: incident\ndiscrepancies: [D2, ▶D99]", NO_D99),
    "a duty of no discrepancy": duty("discrepancies: [▶D99]", NO_D99),
    "a note of no discrepancy": edit(RULE, "then:", "then:\n  - {note: text, discrepancies: [▶D99]}", NO_D99),
    "a deadline of no discrepancy": deadline(DAYS_2, AWARE, WILL, P1, "discrepancies: [▶D99]", words=NO_D99),
    "a duty of no provision": duty("cites: [local/p1, ▶local/p9]", NO_P9),
    "a note of no provision": edit(RULE, "then:", "then:\n  - {note: text, cites: [▶local/p9]}", NO_P9),
    "a duty stronger than its source": edit(RULE, "duty: will", "▶duty: must", "'must' is stronger than what it cites: local/p1 is 'will'"),
    "a duty on a definition": edit(RULE, "    duty: will", "    cites: [act/s2]\n    ▶duty: may", "'may' is stronger than what it cites: act/s2 is"),
    "a prohibition on a commitment": edit(RULE, "duty: will", "▶duty: must_not", "'must_not' is stronger than what it cites: local/p1 is 'will'"),
    "a duty on a prohibition": edit(RULE, "    duty: will", "    cites: [act/s4]\n    ▶duty: may", "'may' is stronger than what it cites: act/s4 is"),
    "a duty by nobody known": edit(RULE, "by: authority", "▶by: autority", "there is no role called 'autority'; did you mean 'authority'?"),
    "a duty by a role like no other": edit(RULE, "by: authority", "▶by: zzz", "there is no role called 'zzz', and it is not `unspecified`"),
    "a duty to nobody known": edit(
        RULE, "to: [partnership]", "▶to: [board, partnreship]", "no role called 'partnreship'; did you mean 'partnership'?"
    ),
    "a choice supported by nobody known": duty(
        "option: {rationale: r, methodology: m, timescale: t, ▶support: [boadr]}", "there is no role called 'boadr'; did you mean 'board'?"
    ),
    "a choice overseen by nobody known": duty(
        "option: {rationale: r, methodology: m, timescale: t, ▶governance: [boadr]}", "there is no role called 'boadr'; did you mean 'board'?"
    ),
    "a duty per child of a rule asked once": edit(
        RULE, "once_per: incident", "▶once_per: child", "a rule that is asked once cannot make a duty per child"
    ),
    "a duty done by no step": edit(RULE, "done_by: notice.sent_on", "▶done_by: notice.snet_on", "no step called 'notice.snet_on'; did you mean"),
    "a duty done by what is no step": edit(RULE, "done_by: notice.sent_on", "▶done_by: incident.aware_on", "no step called 'incident.aware_on'"),
    "a duty ended by no step": duty("▶ended_by: incident.severe", "there is no step called 'incident.severe'"),
    "a duty per incident done by a child's step": edit(
        RULE, "done_by: notice.sent_on", "▶done_by: parents.told_on", "parents.told_on is recorded per child, but the duty is owed once per incident"
    ),
    "a duty per incident ended by a child's step": duty(
        "▶ended_by: parents.told_on", "parents.told_on is recorded per child, but the duty is owed once"
    ),
    "a duty that counts if a child is so": duty(
        "counts_if: {says: x, ▶fact: child.died, is: true}", "child.died is about one child, but the duty is owed once per incident"
    ),
    "a duty that counts if, of no provision": duty("counts_if: {says: x, fact: incident.severe, is: true, cites: [▶local/p9]}", NO_P9),
    "a duty that counts if a rule is met": duty(
        "▶counts_if: {rule: nation.notice.severe, is: met}", "`counts_if` goes with `done_by`, and tests facts, not other rules"
    ),
    "a duty with a deadline that nothing discharges": without(
        RULE,
        "    done_by: notice.sent_on\n",
        "id: tell_partnership",
        "a duty with a deadline has to name the step that discharges it, under `done_by`",
    ),
    "a deadline stronger than its source": deadline(DAYS_2, AWARE, "▶strength: must", P1, words="'must' is stronger than what it cites: local/p1 is"),
    "a deadline of no provision": deadline(DAYS_2, AWARE, WILL, "cites: [local/p1, ▶local/p9]", words=NO_P9),
    "a deadline of a provision too old": deadline(DAYS_2, AWARE, WILL, "cites: [▶act/s3]", words=TOO_OLD),
    "a deadline after no date": deadline(DAYS_2, "▶after: incident.awaer_on", WILL, P1, words="no date called 'incident.awaer_on'; did you mean"),
    "a deadline after what is no date": deadline(DAYS_2, "▶after: incident.severe", WILL, P1, words="there is no date called 'incident.severe'"),
    "a deadline before no date": deadline("at_least: {days: 2}", "▶before: hearing.hled_on", WILL, P1, words="no date called 'hearing.hled_on'"),
    "a child's clock in a rule asked once": deadline(
        DAYS_2,
        "after: child.died_on",
        WILL,
        P1,
        words="child.died_on is recorded per child; the clock of a rule that is asked once cannot run from it",
    ),
    "no example of being met": elsewhere(RULE, "{outcome: met}", "{outcome: not_met}", RULE, "examples:", "no example of outcome met"),
    "no example of not being met": elsewhere(RULE, "{outcome: not_met}", "{outcome: met}", RULE, "examples:", "no example of outcome not_met"),
    "no example of being undetermined": elsewhere(RULE, "undetermined", "met", RULE, "examples:", "no example of outcome undetermined"),
    "two examples of one name": edit(RULE, "name: Nobody knows", "▶name: It is severe", "two examples have the same name"),
    "a deadline expected of another rule's duty": edit(
        RULE, "expect: {outcome: met}", "▶expect: {outcome: met, deadlines: {tell_board: 2024-01-01}}", "'tell_board' is not a duty of this rule"
    ),
    "a status expected of no duty": edit(
        RULE, "expect: {outcome: met}", "▶expect: {outcome: met, status: {tell_nobody: due}}", "'tell_nobody' is not a duty of this rule"
    ),
    "a duty of the same rule": edit(
        RULE,
        "examples:",
        "  - {▶id: tell_partnership, duty: may, act: tell, by: authority, once_per: incident}\nexamples:",
        "duty 'tell_partnership' is already one of this rule (rules/town/notice/partnership.yaml:10:5)",
    ),
    "a duty of another rule": edit(
        RULE,
        "id: tell_partnership",
        "▶id: tell_parents",
        "duty 'tell_parents' is already one of nation.death.parents (rules/nation/death/parents.yaml:13:5)",
    ),
    "a former id that is another rule's": edit(
        RULE, "scope:", "aliases: [town.x, ▶nation.notice.severe]\nscope:", "already names nation.notice.severe"
    ),
    "a former id that is another's too": edit(
        RULE, "scope:", "aliases: [▶nation.notice.board]\nscope:", "'nation.notice.board' already names nation.notice.tell"
    ),
    "a path of no provision": edit(PATHS, "cites: [local/p1]", "cites: [local/p1, ▶local/p9]", NO_P9),
    "a path of no duty": edit(
        PATHS, "[tell_board]", "[tell_parents, ▶tell_baord]", "there is no duty called 'tell_baord'; did you mean 'tell_board'?"
    ),
    "a headline question of no rule": headline("[nation.death.parents]", "[nation.death.parents, ▶nation.death.parnets]", NO_PARNETS),
    "a headline question of no rule otherwise": headline("duties", "otherwise: [{▶rule: nation.death.parnets, says: text}]\n    duties", NO_PARNETS),
    "a headline question of another rule's duty": headline(
        "[tell_parents]", "[tell_parents, ▶tell_board]", "'tell_board' is not a duty of the rules that this question names"
    ),
    "a headline question of no role": headline(
        'yes: "{by} {verb} tell {to}"', '▶yes: "{boadr} must"', "no role called 'boadr'; did you mean 'board'?"
    ),
    "a headline question with an owner of nothing": headline(
        "duties", "otherwise: [{rule: nation.death.parents, ▶says: 'tell {by}'}]\n    duties", "there is no role called 'by'"
    ),
    "a headline question with a brace alone": headline('yes: "{by} {verb} tell {to}"', '▶yes: "{by must"', "a brace stands alone"),
    "a headline question with a full stop": headline('yes: "{by} {verb} tell {to}"', '▶yes: "{by} must."', "leave out the full stop"),
    "two headline questions of one name": Mistake(
        lambda folder: folder.edit(NATION, "calendar: land\n", f"calendar: land\n{HEADLINES}").edit(
            TOWN, "calendar: land\n", f"calendar: land\n{HEADLINES.replace('id: parents', '▶id: parents')}"
        ),
        "there is a headline question 'parents' already (rules/nation/profile.yaml:6:5)",
    ),
    "what is taken for granted is no fact": fact(
        "only_if: [{▶fact: child.dide, is: true}]", "no fact called 'child.dide'; did you mean 'child.died'?"
    ),
    "what is taken for granted is no value": fact("only_if: [{fact: child.home, ▶is: nowhere}]", "child.home: expected one of"),
    "what is taken for granted is no date": fact(
        "only_if: [▶{fact: child.died, recorded: true}]", "`recorded` goes with a date, and `is` or `is_any_of` with everything"
    ),
    "what is taken for granted is no date at all": fact("only_if: [▶{fact: child.died_on, is: 2024-01-01}]", "`recorded` goes with a date"),
    "what is taken for granted takes it for granted": edit(
        "vocabulary/child.yaml",
        "  - id: child.home\n",
        "  - id: child.home\n    ▶only_if: [{fact: child.home, is: with_family}]\n",
        "takes itself for granted",
    ),
    "what is taken for granted is nothing": fact(
        "only_if: [▶{fact: child.died_on}]", "expected one of `is` with a value, `is_any_of` with several, or `recorded: true`"
    ),
    "a note that bears on no duty": edit(
        "nation/notice/severe.yaml", "then:", "then:\n  - {note: text, bears_on: [▶send_paprs]}", "no duty called 'send_paprs'"
    ),
    "a path opened by no duty": edit(
        PATHS, "    steps:", "    ▶opened_by: tell_baord\n    steps:", "no duty called 'tell_baord'; did you mean 'tell_board'?"
    ),
    "a path of no steps that nothing opens": edit(
        PATHS,
        "paths:",
        "paths:\n  - ▶{id: town.path, title: text, cites: [local/p1]}",
        "a path without steps has to say under `opened_by` which duty opens it",
    ),
    "more for a duty that does not exist": added("duty: tell_board", "▶duty: tell_baord", "no duty called 'tell_baord'; did you mean 'tell_board'?"),
    "a recipient nobody knows": added("[partnership]", "[partnership, ▶boadr]", "there is no role called 'boadr'; did you mean 'board'?"),
    "an added deadline that is longer": added(
        "{within: {working_days: 3}", "▶{within: {working_days: 6}", f"'within 6 working days of incident.aware_on' {LONGER}"
    ),
    "an added deadline longer in days": added("{within: {working_days: 3}", "▶{within: {days: 8}", f"'within 8 days of incident.aware_on' {LONGER}"),
    "an added deadline longer in months": Mistake(
        lambda folder: folder.edit(TOWN, "{within: {working_days: 3}", "▶{within: {months: 1}").drop(TELL_OLD),
        f"'within 1 month of incident.aware_on' {LONGER}",
    ),
    "an added deadline longer in hours": added("{within: {working_days: 3}", "▶{within: {hours: 200}", LONGER),
    "an added deadline that leaves less time before": added(
        "  - duty: tell_board\n    also_to: [partnership]\n    deadlines:\n      - {within: {working_days: 3}, after: incident.aware_on",
        "  - duty: send_papers\n    deadlines:\n      - ▶{at_least: {working_days: 6}, before: hearing.held_on",
        "'at least 6 working days before hearing.held_on' allows more time for send_papers than 'at least 7 working days before hearing.held_on' "
        "(nation.notice.severe, rules/nation/notice/severe.yaml:22:9); a profile cannot lengthen an inherited deadline",
    ),
    "an added deadline stronger than its source": added(
        "strength: will", "▶strength: must", "'must' is stronger than what it cites: local/p1 is 'will'"
    ),
    "an added deadline of no provision": added("cites: [local/p1]", "cites: [▶local/p9]", NO_P9),
    "an added deadline of no discrepancy": added("cites: [local/p1]", "cites: [local/p1], discrepancies: [▶D99]", NO_D99),
    "an added deadline after no date": added("after: incident.aware_on", "▶after: incident.awaer_on", "there is no date called 'incident.awaer_on'"),
}
