#!/bin/sh
# Puts a filter of yours behind the protocol: sh harness.sh. It needs jq. Put your own filter in the place of `home`.
# `--unbuffered` makes jq answer each line as it comes.
exec jq --compact-output --unbuffered '
  # "met", "not_met", or "undetermined" where it cannot be said yet: whether a child who lived in a children'"'"'s home has died.
  def home:
    if .["home.accommodated_in_childrens_home"] == false or .["child.died"] == false then "not_met"
    elif .["home.accommodated_in_childrens_home"] == true and .["child.died"] == true then "met"
    else "undetermined"
    end;

  if .cmd == "start" then {version: 1, name: "harness.sh"}
  elif .cmd == "stop" then empty, halt
  elif .case.children then {seq, skipped: "several children"}
  else {seq, answers: {outcomes: {"england.childrens_homes.death": (.case.facts | home)}}}
  end'
