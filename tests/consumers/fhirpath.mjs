// Evaluates every exported expression on random responses with fhirpath.js, and compares with what the engine says.
// usage: node fhirpath.mjs FILE…   (files that runs.py wrote)
import { readFileSync } from 'node:fs';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import r5 from 'fhirpath/fhir-context/r5/index.js';

const MODELS = { R4: r4, R5: r5 };
const codes = (text) => (text ?? '').split(' ').filter(Boolean);

function variables(questionnaire, model) {
  return questionnaire.extension
    .filter((one) => one.url.endsWith('/variable'))
    .map(({ valueExpression: value }) => [value.name, fhirpath.compile(value.expression, model)]);
}

function said(questionnaire, items, model, steps) {
  const resource = { resourceType: 'QuestionnaireResponse', status: 'completed', item: items };
  const env = { resource };
  for (const [name, evaluate] of steps) env[name] = evaluate(resource, env);
  const asked = questionnaire.item
    .filter((item) => !item.linkId.endsWith('-doubt') && !item.readOnly)
    .filter((item) => {
      const when = (item.extension ?? []).find((one) => one.url.endsWith('enableWhenExpression'));
      return !when || fhirpath.evaluate(resource, when.valueExpression.expression, env, model)[0] === true;
    })
    .map((item) => item.linkId);
  return {
    urgency: env.urgency[0] ?? null,
    deciding: codes(env.deciding[0]),
    advice: codes(env.advice[0]),
    alone: codes(env.alone[0]).sort(),
    asked,
    finished: env.unfinished[0] === false,
  };
}

// What a plan says of a finished run: every action whose conditions hold, and whose parents' do.
function planned(plan, resource, model) {
  const holds = (action) =>
    (action.condition ?? []).every(
      ({ expression }) => fhirpath.evaluate(resource, expression.expression, { resource }, model)[0] === true,
    );
  const name = (action) => action.linkId ?? action.id;
  const within = (title) => (plan.action.find((one) => one.title === title)?.action ?? []).filter(holds);
  const levels = within('Urgency');
  return {
    urgency: levels.map(name),
    deciding: levels.flatMap((level) => (level.action ?? []).filter(holds).map(name)),
    advice: within('What helps').map(name).sort(),
    alone: within('Leave alone now').map(name),
  };
}

function planExpected(expected) {
  return {
    urgency: expected.urgency ? [expected.urgency] : [],
    deciding: expected.deciding.map((code) => `${expected.urgency}-${code}`),
    advice: [...expected.advice].sort(),
    alone: expected.alone.map((code) => `not-${code}`),
  };
}

const equal = (one, two) => JSON.stringify(one) === JSON.stringify(two);
let same = 0;
let other = 0;
const tallies = new Map();
for (const file of process.argv.slice(2)) {
  const data = JSON.parse(readFileSync(file, 'utf8'));
  for (const [release, model] of Object.entries(MODELS)) {
    const { Questionnaire: questionnaire, PlanDefinition: plan } = data.resources[release];
    const steps = variables(questionnaire, model);
    const name = `${release} ${data.group}`;
    if (!tallies.has(name)) tallies.set(name, { right: 0, all: 0, seen: {} });
    const tally = tallies.get(name);
    for (const run of data.runs) {
      const found = said(questionnaire, run.items[release], model, steps);
      const actions = planned(plan, run.response[release], model);
      actions.alone.sort();
      const wanted = planExpected(run.expected);
      wanted.alone.sort();
      if (equal(found, run.expected) && equal(actions, wanted)) tally.right += 1;
      else if (++other <= 3) console.log('DIFFERENT', file, release, JSON.stringify({ found, actions, ...run }, null, 1));
      tally.all += 1;
      tally.seen[found.urgency] = (tally.seen[found.urgency] ?? 0) + 1;
    }
  }
}
for (const [name, { right, all, seen }] of tallies) {
  same += right;
  console.log(`fhirpath.js ${name}: ${right}/${all} the same`, JSON.stringify(seen));
}
console.log(`${same} passed, ${other} failed`);
process.exit(other || !same ? 1 : 0);
