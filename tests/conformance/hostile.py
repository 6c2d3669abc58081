"""A program that misbehaves in a way that its first argument names."""

import json
import os
import sys
import time

HOW = sys.argv[1]


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


def run(seq: str) -> None:
    right = {"seq": seq, "answers": {"outcomes": {"england.childrens_homes.death": "met"}}}
    match HOW:
        case "silent at run":
            time.sleep(600)
        case "dies at run":
            sys.exit(3)
        case "dies at two" if seq == "two":
            sys.exit(3)
        case "wrong seq":
            say(right | {"seq": "another"})
        case "answers twice":
            say(right)
            say(right)
        case "garbage":
            print("\x1b[2J{{{{", flush=True)
        case "no object":
            say([1, 2, 3])
        case "no answers":
            say({"seq": seq})
        case "deep":
            print("[" * 200_000, flush=True)
        case "long line":
            while True:
                os.write(1, b"x" * 1_000_000)
        case "flood":
            while True:
                os.write(1, b'{"seq": "x"}\n' * 10_000)
        case "shouts":
            os.write(2, b"e" * 20_000_000)
            say(right)
        case "skips without a reason":
            say({"seq": seq, "skipped": ""})
        case "unknown names":
            say({"seq": seq, "answers": {"outcomes": {"england.nothing": "met"}, "duties": {"notify_panel": "soon"}}})
        case _:
            say(right)


if HOW == "dies at once":
    sys.exit(4)
for line in sys.stdin:
    message = json.loads(line)
    if message["cmd"] == "start":
        if HOW == "silent at start":
            time.sleep(600)
        if HOW == "dies at start":
            sys.exit(5)
        say({"version": 99 if HOW == "other version" else 1, "name": HOW})
    elif message["cmd"] == "stop":
        if HOW == "dies at stop":
            sys.exit(6)
        if HOW == "never stops":
            time.sleep(600)
        break
    else:
        run(message["seq"])
