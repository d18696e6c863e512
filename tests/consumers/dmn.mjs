// Reads the exported decision model with dmn-moddle, holds it against OMG's schema with libxml2, and evaluates it with
// feelin on the findings of random runs. usage: node dmn.mjs FILE…
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DmnModdle } from 'dmn-moddle';
import { evaluate, unaryTest } from 'feelin';
import { validateXML } from 'xmllint-wasm';

const package_ = dirname(createRequire(import.meta.url).resolve('dmn-moddle/package.json'));
const schema = (fileName) => ({ fileName, contents: readFileSync(join(package_, 'resources/dmn/xsd', fileName), 'utf8') });
const PRELOAD = ['DMNDI13.xsd', 'DC.xsd', 'DI.xsd'].map(schema);

async function fits(xml) {
  const found = await validateXML({
    xml: [{ fileName: 'model.dmn', contents: xml }],
    schema: [schema('DMN13.xsd')],
    preload: PRELOAD,
  });
  return found.errors.map((one) => one.message);
}

// cells hold the same few tests again and again
const known = new Map();
function holds(test, value) {
  const key = `${test}\u0000${value}`;
  if (!known.has(key)) {
    const { value: found, warnings } = unaryTest(test, { '?': value });
    if (warnings.length) throw new Error(`${test}: ${warnings[0].message}`);
    known.set(key, found === true);
  }
  return known.get(key);
}

function said(expression, context) {
  const { value, warnings } = evaluate(expression, context);
  if (warnings.length) throw new Error(`${expression}: ${warnings[0].message}`);
  return value;
}

// a decision sees what it says that it needs, and nothing else
function needed(decision, names, context) {
  const hrefs = decision.informationRequirement.map((one) => (one.requiredInput ?? one.requiredDecision).href.slice(1));
  return Object.fromEntries(hrefs.map((href) => [names[href], context[names[href]]]));
}

const columns = new Map();
function column(expression, context) {
  const key = `${expression}\u0000${context[expression]}`;
  if (!(expression in context)) throw new Error(`${expression} is not among what the decision needs`);
  if (!columns.has(key)) columns.set(key, said(expression, { [expression]: context[expression] }));
  return columns.get(key);
}

function decide(table, context) {
  const given = table.input.map((one) => column(one.inputExpression.text, context));
  const hits = table.rule.filter((rule) => rule.inputEntry.every((cell, place) => holds(cell.text, given[place])));
  const values = hits.map((rule) => said(rule.outputEntry[0].text, {}));
  if (table.hitPolicy === 'COLLECT' && table.aggregation === 'MAX') return Math.max(...values);
  if (values.length !== 1) throw new Error(`${table.id}: ${values.length} lines hold`);
  return values[0];
}

function run(model, findings) {
  const context = { ...findings };
  const names = Object.fromEntries(model.drgElement.map((one) => [one.id, one.name]));
  for (const one of model.drgElement.filter((item) => item.$type === 'dmn:Decision')) {
    const logic = one.decisionLogic;
    const seen = needed(one, names, context);
    context[one.name] = logic.$type === 'dmn:DecisionTable' ? decide(logic, seen) : said(logic.text, seen);
  }
  return context.urgency;
}

let right = 0;
let wrong = 0;
const tallies = new Map();
const bad = await fits('<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><nonsense/></definitions>');
if (!bad.length) throw new Error('the schema accepts anything');

for (const file of process.argv.slice(2)) {
  const data = JSON.parse(readFileSync(file, 'utf8'));
  const faults = await fits(data.dmn);
  const { rootElement: model, warnings } = await new DmnModdle().fromXML(data.dmn, 'dmn:Definitions');
  faults.push(...warnings.map((one) => one.message));
  if (faults.length) console.log('REFUSED', file, faults.slice(0, 5));
  wrong += faults.length;
  const tally = tallies.get(data.group) ?? { same: 0, all: 0 };
  tallies.set(data.group, tally);
  for (const one of data.runs) {
    tally.all += 1;
    const found = run(model, one.findings);
    if (found === (one.expected.urgency ?? data.default)) tally.same += 1;
    else if (++wrong <= 3) console.log('DIFFERENT', found, JSON.stringify(one.expected), JSON.stringify(one.answers));
  }
}
for (const [group, { same, all }] of tallies) {
  right += same;
  console.log(`DMN ${group}: ${same}/${all} the same`);
}
console.log(`${right} passed, ${wrong} failed`);
process.exit(wrong || !right ? 1 : 0);
