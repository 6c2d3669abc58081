"""A folder of case files as tests, with everything in it that can become of one, and the waivers for them."""

from __future__ import annotations

from pathlib import Path

SIN = "england.notification.serious_incident"
TWO = f"""\
profile: england
as_of: 2024-04-02
cases:
  - title: A child of three dies here
    facts: {{child.died: true, child.age_at_harm: 3, child.place_of_harm: in_area, concern.authority_view: suspected}}
    expect:
      outcomes:
        {SIN}: met
      complete_for: [england.notification]
  - title: A fact is misspelt
    facts: {{child.dide: true}}
    expect: {{outcomes: {{{SIN}: met}}}}
"""
ONE = f"""\
title: A baby is harmed before Easter
profile: england
as_of: 2024-04-02
facts:
  incident.authority_aware_on: 2024-03-27
  child.place_of_harm: in_area
  concern.authority_view: suspected
  child.age_at_harm: 0
  child.seriously_harmed: true
expect:
  outcomes: {{{SIN}: met}}
  duties:
    notify_panel: 2024-04-03
"""
WAIVERS = """\
waivers:
  - {rule: england.notification.*, case: A child of three*, reason: not modelled, until: 2026-12-31}
  - {rule: england.looked_after.*, reason: not modelled either, until: 2026-12-31}
  - {duty: notify_panel, reason: was allowed, until: 2025-12-31}
"""
ON = "2026-11-29"
TOTALS = {"error": 1, "failed": 3, "waived": 2, "passed": 2}
"""What the folder comes to: one fact misspelt; a wrong day, a waiver that ended and one that is not needed; two duties left out; two outcomes."""


def write(folder: Path) -> Path:
    """Write the files, one of the cases in a folder below, and return the folder."""
    below = folder / "cases"
    below.mkdir()
    (folder / "one.cspr.yaml").write_text(ONE, encoding="utf-8")
    (below / "two.cspr.yaml").write_text(TWO, encoding="utf-8")
    (folder / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    return folder
