// Puts a function of yours behind the protocol: node harness.mjs my_system.mjs, which exports answer(case, asOf).
import { createInterface } from "node:readline";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const VERSION = 1;
const path = process.argv[2];
const system = await import(pathToFileURL(resolve(path)).href);

/** What is said to a message; nothing to stop. */
function reply(message) {
  if (message.cmd === "start") return { version: VERSION, name: basename(path, ".mjs") };
  if (message.cmd === "stop") return undefined;
  try {
    return { seq: message.seq, answers: system.answer(message.case, message.as_of) };
  } catch (error) {
    // Throw an error with the name "Skipped" for what your system does not model.
    if (error.name === "Skipped") return { seq: message.seq, skipped: error.message };
    return { seq: message.seq, errored: `${error.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = reply(JSON.parse(line));
  if (said === undefined) break;
  process.stdout.write(JSON.stringify(said) + "\n");
}
