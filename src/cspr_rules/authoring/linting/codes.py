"""Every code of lint, described once: the pages in ``docs/reference/lint`` and ``cspr-rules lint --explain`` are made of this.

The examples are cuts from one invented profile, ``docs/reference/lint/lynmere``. It holds what is right of every code; with what is wrong in its
place, lint gives that code.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class Code(NamedTuple):
    """A kind of mistake.

    Attributes:
        code: What it is called, for good.
        name: The same as one word.
        title: What is wrong, in a sentence.
        why: Why it matters.
        finds: What is looked at, and what is left alone.
        mend: What to do about it.
        file: The file of the example, in the example's profile.
        wrong: A cut from it that is wrong.
        right: The same cut as it should be.
        fixable: Whether ``--fix`` can mend it.
    """

    code: str
    name: str
    title: str
    why: str
    finds: str
    mend: str
    file: str
    wrong: str
    right: str
    fixable: bool = False


_RULE: Final = "notification/lead_officer.yaml"
_FOLLOW_UP: Final = "notification/follow_up.yaml"

_ALL: Final = (
    Code(
        "CR101",
        "PartMakesNoDifference",
        "A part of a condition never makes a difference to the answer.",
        "Somebody wrote it to mean something. Either it was meant otherwise, or a part beside it already says what it was to say, and a reader "
        "looks in vain for the case in which it counts.",
        "Each part is taken where it can matter: with all that stands beside it holding in an `all`, and none of it in an `any`. It is found if it "
        "never holds there, or always does; this is worked out from the exact form of the condition and is no guess. What another rule asks for "
        "may be said again in words. What only the vocabulary makes superfluous is left alone.",
        "Take the part out, or put the value that was meant.",
        _RULE,
        """\
- says: the child was under 18 at death
  fails: the child was 18 or over at death
  fact: child.age_at_death
  less_than: 18
- says: the child was under 25 at death
  fails: the child was 25 or over at death
  fact: child.age_at_death
  less_than: 25
""",
        """\
- says: the child was under 18 at death
  fails: the child was 18 or over at death
  fact: child.age_at_death
  less_than: 18
""",
    ),
    Code(
        "CR102",
        "OneOutcomeOnly",
        "A rule can never be met, or can never fail, in any case that can be.",
        "Such a rule decides nothing: its duties are owed by nobody, or by everybody whatever the facts.",
        "`check` refuses a condition that holds, or fails, whatever the facts. This goes further: a way to the outcome is looked for that a case "
        "may take, by all that the vocabulary says cannot be so together. The message says what stands in the way of the shortest.",
        "Put the fact or the value that was meant.",
        _FOLLOW_UP,
        """\
- says: the child is looked after by this authority
  fails: the child is not looked after by this authority
  fact: child.looked_after_by
  is: this_authority
- says: the child was 18 or over at death
  fails: the child was under 18 at death
  fact: child.age_at_death
  at_least: 18
""",
        """\
- says: the child is looked after by this authority
  fails: the child is not looked after by this authority
  fact: child.looked_after_by
  is: this_authority
""",
    ),
    Code(
        "CR201",
        "WrongHolder",
        "A duty is laid on somebody whom its provision does not bind.",
        "A provision that binds one body gives no duty to another. To lay the duty of a home on the council, or that of the council on a post, "
        "sends the work to the wrong desk and cites a law that does not ask for it.",
        "Whom a provision binds is read off the duties of other rules that cite it: those of the profiles that yours stands on, or at least two "
        "others of your own that agree. A duty is found if each of its provisions binds somebody else by then; one clause that nobody else cites, "
        "or that gives the task to this holder, is enough. `by: unspecified` is left alone.",
        "Name the role that the provision binds, or cite the clause that gives the task to this one.",
        _RULE,
        """\
by: lead_officer
to: [partnership]
once_per: child
done_by: partnership.told_on
cites: [ca2004/s16C/1]
""",
        """\
by: lead_officer
to: [partnership]
once_per: child
done_by: partnership.told_on
cites: [lynmere/2]
""",
    ),
    Code(
        "CR202",
        "NoClock",
        "A duty is discharged by a step, and nothing says by when.",
        "Without a clock nothing is ever late, and a reader cannot tell whether the source gives no time or nobody looked.",
        "A duty that must, will or should be done, whose step discharges no duty that has a clock either. One that says that its source gives no "
        "time has a clock of that kind. A duty without a step, such as to have regard to something, is left alone, and so is one about how a step "
        "is taken that the rule asks for as taken. So is one that cites a text which nobody has read for the rules: that a source gives no time "
        "can be said only by those who have read it.",
        "Write the source's clock, in its words: a number, `without_delay`, `immediately`, `as_soon_as_possible`; or `unspecified` where it gives "
        "none.",
        _FOLLOW_UP,
        """\
done_by: follow_up.family_told_on
deadlines: []
""",
        """\
done_by: follow_up.family_told_on
deadlines:
  - {within: unspecified, after: unspecified, strength: will, cites: [lynmere/3]}
""",
    ),
    Code(
        "CR301",
        "ClauseSaysTheOpposite",
        "A clause says the opposite of the test beside it.",
        "People review the clause and the machine decides by the test. Where they disagree, a sentence that everybody agreed to hides a rule that "
        "nobody did.",
        "`says` and `fails` of every test. A clause is found if it stands elsewhere beside the opposite test of the same fact; if it bounds a "
        "number otherwise than the test, as `under 18` beside `at_least: 18`; or if it repeats the question of its fact and has a “not” where the "
        "test has none, or the other way round. What a sentence means otherwise is not guessed at.",
        "Turn the test or the clause, whichever is wrong; and see which examples change.",
        _RULE,
        """\
- says: the child has died
  fails: the child has not died
  fact: child.died
  is: false
""",
        """\
- says: the child has died
  fails: the child has not died
  fact: child.died
  is: true
""",
    ),
    Code(
        "CR302",
        "TimeInWords",
        "A length of time stands in a sentence.",
        "The clock is what is counted. A number in the sentence beside it is one more to change, and the one that is forgotten; or it is the only "
        "one, and nothing counts it.",
        "What a duty asks for (`act`, `how`, `contents`), where any length of time is found; and the title and the question of a rule that has a "
        "clock, where only one is that no clock counts. A year is twelve months, a week seven days, and working days are not days. Notes, readings "
        "and the timescale of a menu tell what a source says, and are left alone.",
        "Take the time out of the sentence, and see that the clock counts what the source says.",
        _RULE,
        "act: tell the partnership of the death within 2 working days\n",
        "act: tell the partnership of the death\n",
    ),
    Code(
        "CR303",
        "ClockUnlikeSummary",
        "A clock counts another time than the one that is said of its provision.",
        "One of the two was changed and the other was not, or one was misread. The clock is what people are held to.",
        "Clocks with a number whose provisions name a length of time in their `summary`, none of which the clock counts. A clock with a `reading` "
        "says itself why it counts otherwise.",
        "Read the provision, and put right the one that is wrong. Where its words can be read in two ways, say under `reading` which one this is.",
        "profile.yaml",
        """\
- within: {working_days: 2}
  after: incident.authority_aware_on
""",
        """\
- within: {working_days: 3}
  after: incident.authority_aware_on
""",
    ),
    Code(
        "CR304",
        "NameInWords",
        "A sentence names what is data of a profile.",
        "A post is renamed, a council merges, an address changes: the profile is put right, and the sentence stays as it was. Under another "
        "profile it is wrong from the start.",
        "The authority, the title of the profile, and who holds a role and how to reach them, wherever they stand in a rule's title or question, "
        "in the clauses of its tests, in what its duties ask for, or in a headline. Notes tell what a source says, and are left alone.",
        "Name the role as its title has it; `by` and `to` print who holds it. In a headline, put the role in braces.",
        _FOLLOW_UP,
        "act: tell the family of the decision by a letter from the Head of Safeguarding\n",
        "act: tell the family of the decision by letter\n",
    ),
    Code(
        "CR401",
        "ClockWithoutExample",
        "No example says on which day a duty falls.",
        "A clock that nothing counts can be changed by accident: a day more, the wrong start, calendar days in place of working days.",
        "Duties with a clock that counts from a date, of which no example of the rule expects a day or a standing. That every rule has an example "
        "of each outcome that it can have (met, not met, undetermined) is asked for by `check`, which refuses the rule otherwise.",
        "Give an example the date that the clock runs from, and write under `deadlines` the day that you counted by hand, across a weekend or a "
        "bank holiday.",
        _RULE,
        "expect: {outcome: met}\n",
        "expect: {outcome: met, deadlines: {tell_partnership_of_death: 2024-04-02}}\n",
    ),
    Code(
        "CR501",
        "CitationEnded",
        "What a part of a rule rests on is not in force while the rule is.",
        "The rule goes on citing what no longer says so. A clock whose sources have ended is not shown any more, and a duty that had a time has "
        "none.",
        "The citations of a duty, of all its clocks taken together, and of a test, from the day on which the last of them ended while the rule "
        "goes on; and the clock of a profile that ends with what it cites, or that never runs. What begins later than the rule is left alone. "
        "`check` refuses what never applies while the rule does, and days on which nothing that the rule itself cites is in force.",
        "Cite what took its place, or let the rule end and write a second version of it.",
        "profile.yaml",
        """\
- within: {working_days: 3}
  after: incident.authority_aware_on
  strength: will
  cites: [lynmere/old]
""",
        """\
- within: {working_days: 3}
  after: incident.authority_aware_on
  strength: will
  cites: [lynmere/1]
""",
    ),
    Code(
        "CR502",
        "EditionByHand",
        "An edition of a guidance is named by hand, and one name for all editions would do.",
        "When the next edition comes, the citation stays behind: what rests on it ends with the old edition, though the new one says the same.",
        "Citations of an edition, such as `wt2023/notify`, where `wt/notify` stands for the same; and where it would stand for more, if an edition "
        "that is left out carries the words of the one that is named. An edition whose words are its own may be named. Registers compare editions, "
        "and are left alone.",
        "Write the name for all editions; in a rule it stands for those that apply while the rule does.",
        _FOLLOW_UP,
        "cites: [wt2023/agree_notify, wt2026/agree_notify]\n",
        "cites: [wt/agree_notify]\n",
        fixable=True,
    ),
)

CODES: Final[Mapping[str, Code]] = {each.code: each for each in _ALL}
"""Every code, in order."""


def page_of(code: Code) -> str:
    """Return the page of a code, as Markdown: what, why, what is looked at, what to do, and an example of each."""
    return "\n".join(_lines(code)) + "\n"


def _lines(code: Code) -> Iterator[str]:
    yield f"# {code.code}: {code.name}"
    for words in (code.title, f"**Why.** {code.why}", f"**What is looked at.** {code.finds}", f"**What to do.** {code.mend}"):
        yield ""
        yield from textwrap.wrap(words, 140, break_long_words=False, break_on_hyphens=False)
    if code.fixable:
        yield ""
        yield "`cspr-rules lint --fix` does it where the file then means exactly what it meant before."
    for heading, cut in (("Wrong", code.wrong), ("Right", code.right)):
        yield from ("", f"## {heading}", "", f"In `{code.file}`:", "", "```yaml", *cut.splitlines(), "```")


def index_page() -> str:
    """Return the page that lists every code."""
    opening = (
        "`cspr-rules lint [DIR|PROFILE]` looks for what is sound and still likely to be a mistake in rules and profiles. What is not sound is "
        "refused by `cspr-rules check`, and lint says so and looks no further. Each finding has a code that stays the same, and a page; "
        "`cspr-rules lint --explain CODE` prints it. Only your own files are looked at: what stands in the national rules is never reported of a "
        "profile."
    )
    lines = ["# What lint finds", "", *textwrap.wrap(opening, 140, break_long_words=False, break_on_hyphens=False), ""]
    lines += ["| code | what | `--fix` |", "|---|---|---|"]
    lines += [f"| [{each.code}]({each.code}.md) | {each.title} | {'yes' if each.fixable else ''} |" for each in CODES.values()]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    return {"README.md": index_page(), **{f"{each.code}.md": page_of(each) for each in CODES.values()}}
