// Compiles each SCHEMA in ajv's strict mode, with formats, and holds to it every document that stands in the folder beside it.
//   node validate.mjs FOLDER...
// A folder holds schema.json, documents in good/, each of which has to be valid, and in bad/, none of which may be.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const read = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
let wrong = 0;
for (const folder of process.argv.slice(2)) {
  const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
  const validate = ajv.compile(read(folder, "schema.json"));
  for (const kind of ["good", "bad"]) {
    const names = readdirSync(join(folder, kind)).sort();
    for (const name of names) {
      if (validate(read(folder, kind, name)) === (kind === "good")) continue;
      wrong += 1;
      const first = validate.errors?.[0];
      console.log(`${folder}/${kind}/${name}: ${first ? `${first.instancePath} ${first.message}` : "it should not be valid"}`);
    }
    console.log(`${names.length} ${kind} in ${folder}`);
  }
}
process.exit(wrong ? 1 : 0);
