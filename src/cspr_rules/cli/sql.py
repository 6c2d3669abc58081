"""``cspr-rules sql``: the rules as a view of a database, with every outcome in three values."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.cli.common import ANSWERED, day, profile_option
from cspr_rules.loading.rulesets import load_ruleset


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--dialect", required=True, metavar="NAME", help="duckdb, spark, postgres or tsql")
    parser.add_argument("--table", required=True, metavar="NAME", help="the table that holds a row for each child, with the facts of its incident")
    parser.add_argument(
        "--facts",
        required=True,
        metavar="FACTS",
        help="the facts for which it has a column of that name, with commas between them; FACT.not_yet says that a date has not come",
    )
    parser.add_argument("--as-of", required=True, metavar="DAY", help="the day to look from: YYYY-MM-DD or 'today'")
    parser.add_argument("--law-on", metavar="DAY", help="the day whose law is read (default: each incident's own)")
    parser.add_argument("--rules", metavar="RULES", help="rules or groups of rules, with commas between them (default: all)")
    parser.add_argument("--keep", metavar="COLUMNS", default="", help="other columns of the table that the view has too, with commas between them")
    parser.add_argument("--view", default="outcomes", metavar="NAME", help="the name of the view (default: outcomes)")
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print the statement."""
    from cspr_rules.bulk.dialects import dialect
    from cspr_rules.bulk.sql import view
    from cspr_rules.bulk.tabular import chosen_rules

    spoken = dialect(options.dialect)
    ruleset = load_ruleset(options.profile or "bcp")
    statement = view(
        ruleset,
        spoken,
        table=options.table,
        name=options.view,
        facts=_listed(options.facts),
        rules=chosen_rules(_listed(options.rules) if options.rules else None, (rule.id for rule in ruleset.rules)),
        as_of=day(options.as_of, "--as-of", may_be_today=True),
        law_on=day(options.law_on, "--law-on") if options.law_on else None,
        keep=_listed(options.keep),
    )
    sys.stdout.write(statement)
    return ANSWERED


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
