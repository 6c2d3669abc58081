// A small council system, right as far as it goes: deaths and serious harm from December 2023 on, in whole facts.
// It is written without cspr-rules, as a council's own system would be. undefined stands for what is not known.

const BANK_HOLIDAYS = new Set(
  `2023-12-25 2023-12-26 2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
   2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 2026-01-01 2026-04-03 2026-04-06
   2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30
   2027-12-27 2027-12-28`.split(/\s+/),
);
const HERE = ["in_area", "in_area_and_elsewhere_in_england", "in_area_and_outside_england", "in_all_three"];
const ABROAD = ["outside_england", "in_area_and_outside_england", "elsewhere_in_england_and_outside_england", "in_all_three"];
// Facts on which these answers can turn and which are not modelled.
const NOT_MODELLED = ["child.stillbirth", "child.placement_leaves_residence_here"];

const both = (...parts) => (parts.includes(false) ? false : parts.includes(undefined) ? undefined : true);
const either = (...parts) => (parts.includes(true) ? true : parts.includes(undefined) ? undefined : false);
const isIn = (value, values) => (value === undefined ? undefined : values.includes(value));
const under = (age, limit) => (age === undefined ? undefined : age < limit);
const not = (value) => (value === undefined ? undefined : !value);
const plus = (day, days) => new Date(Date.parse(day) + days * 86400000).toISOString().slice(0, 10);
const dayOf = (facts, fact) => (facts[fact] === "not_yet" ? undefined : facts[fact]);

/** The last of some working days after a day; undefined where there is no day to count from. */
function workingDays(start, count) {
  if (start === undefined) return undefined;
  let day = start;
  while (count > 0) {
    day = plus(day, 1);
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !BANK_HOLIDAYS.has(day)) count -= 1;
  }
  return day;
}

/** Whether a day or an age is known in part only, such as a month or an age under 18. */
function knownInPart(fact, value) {
  if (typeof value !== "string") return false;
  return fact.includes("age_at_") || (fact.endsWith("_on") && !/^(\d{4}-\d\d-\d\d|not_yet)$/.test(value));
}

/** The error by which the harness knows what is not modelled. */
const skipped = (why) => Object.assign(new Error(why), { name: "Skipped" });

/** A child's facts with what follows from them. */
function understood(facts) {
  const known = {};
  for (const [fact, value] of Object.entries(facts)) known[fact] = value !== null && typeof value === "object" ? value.value : value;
  const has = (...names) => names.some((name) => name in known);
  if (has("child.died_on", "child.age_at_death", "child.place_of_death")) known["child.died"] ??= true;
  if (has("child.age_at_death", "child.age_at_harm")) known["child.unborn"] ??= false;
  if (has("child.looked_after_by")) known["child.looked_after"] ??= true;
  // Nobody is both, nobody is looked after from 18 on, and nobody unborn is either.
  if (known["child.age_at_death"] >= 18 || known["child.care_leaver"] || known["child.unborn"]) known["child.looked_after"] ??= false;
  if (known["child.looked_after"] || known["child.unborn"]) known["child.care_leaver"] ??= false;
  return known;
}

/** Whether the Panel must be notified. */
function panel(child) {
  const died = child["child.died"];
  const livedHere = isIn(child["child.normally_resident"], ["in_area"]);
  const place = child["child.place_of_death"];
  const diedHere = either(isIn(place, ["in_area"]), both(isIn(place, ["outside_england"]), livedHere));
  const harmPlace = child["child.place_of_harm"];
  const harmedHere = either(isIn(harmPlace, HERE), both(isIn(harmPlace, ABROAD), livedHere));
  let harmed = child["child.seriously_harmed"];
  let atHarm = child["child.age_at_harm"];
  let view = child["concern.authority_view"];
  return both(
    isIn(view, ["known", "suspected"]),
    not(child["child.unborn"]),
    either(both(died, under(child["child.age_at_death"], 18), diedHere), both(either(harmed, died), under(atHarm, 18), harmedHere)),
  );
}

/** Whether the Secretary of State must be told of a looked after child's death. */
function lookedAfterDeath(child) {
  return both(child["child.died"], child["child.looked_after"], isIn(child["child.looked_after_by"], ["this_authority"]));
}

/** Whether the death of a care leaver should be reported. */
function careLeaverDeath(child) {
  return both(child["child.died"], child["child.care_leaver"], under(child["child.age_at_death"], 25));
}

/** Whether the children's home must give notice of a death. */
function deathInHome(child) {
  return both(child["child.died"], child["home.accommodated_in_childrens_home"]);
}

/** Whether a rapid review should be undertaken: a safeguarding notification was sent. */
function review(facts) {
  const sent = facts["notification.sent_on"];
  return both(sent === undefined ? undefined : sent !== "not_yet", isIn(facts["notification.kind"], ["safeguarding"]));
}

/** The answers about a case. */
export function answer(case_, asOf) {
  const facts = case_.facts;
  const every = [facts, ...(case_.children ?? [])].flatMap((each) => Object.entries(each));
  if (every.some(([fact, value]) => NOT_MODELLED.includes(fact) || knownInPart(fact, value))) {
    throw skipped("stillbirths, placements that leave residence here, and days and ages known in part are not modelled");
  }
  const children = (case_.children ?? [{}]).map((child) => understood({ ...facts, ...child }));
  const aware = dayOf(facts, "incident.authority_aware_on");
  const occurred = dayOf(facts, "incident.occurred_on");
  if (occurred === undefined || occurred < "2023-12-15") {
    throw skipped("only incidents from 15 December 2023 on, with their day, are modelled");
  }
  const sent = dayOf(facts, "notification.sent_on");
  const said = { outcomes: {}, duties: {}, by: {} };
  const word = (found) => (found === undefined ? "undetermined" : found ? "met" : "not_met");

  function rule(name, found, duty, days, by) {
    said.outcomes[name] = found.length > 1 ? found.map(word) : word(found[0]);
    if (found.includes(true)) {
      said.duties[duty] = [...new Set(days.filter((_, index) => found[index]).map((day) => day ?? "owed"))].sort();
      said.by[duty] = by;
    } else {
      said.duties[duty] = found.includes(undefined) ? "undetermined" : "not_owed";
    }
  }

  const each = (value) => children.map(() => value);
  const notify = children.map(panel);
  // Suspicion that was formed later has a clock of its own, which ends later than that from becoming aware.
  const byDay = workingDays(aware, 5);
  rule("england.notification.serious_incident", notify, "notify_panel", each(byDay), "local_authority");
  const told = each(workingDays(aware, 5));
  rule("england.looked_after.secretary_of_state", children.map(lookedAfterDeath), "tell_secretary_of_state", told, "looking_after_authority");
  rule("england.care_leavers.death", children.map(careLeaverDeath), "report_care_leaver_death", told, "local_authority");
  const deaths = children.map((child) => dayOf(child, "child.died_on"));
  const home = deaths.map((day) => (day === undefined ? undefined : plus(day, 1))); // 24 hours, in whole days
  rule("england.childrens_homes.death", children.map(deathInHome), "tell_ofsted_and_others_of_death", home, "registered_person");
  const reviewed = review(facts);
  rule("england.rapid_review.undertake", [reviewed], "undertake_rapid_review", [workingDays(sent, 15)], "safeguarding_partners");
  const withPanel = notify.map((found) => either(found, reviewed));
  const panelDay = each(workingDays(occurred, 15));
  rule("england.rapid_review.time_from_incident", withPanel, "have_rapid_review_with_panel", panelDay, "safeguarding_partners");
  return said;
}
