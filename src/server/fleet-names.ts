import { FastScoreError } from '../core/errors.ts';
import { isObject } from '../streams/fields.ts';
import type { FleetNames } from './fleet.ts';
import type { ServiceApi } from './service.ts';

type Document = Readonly<Record<string, unknown>>;

/** The configuration with a name for every member of its fleet: those without one are numbered, as in 1.10. */
export function withFleetNames(document: Document): Document {
  const { fastscore } = document;
  if (!isObject(fastscore) || !Array.isArray(fastscore.fleet)) return document;
  const counts = new Map<unknown, number>();
  const fleet = fastscore.fleet.map((member: unknown) => {
    if (!isObject(member)) return member;
    const count = (counts.get(member.api) ?? 0) + 1;
    counts.set(member.api, count);
    return { ...member, name: member.name ?? `${String(member.api)}-${count}` };
  });
  return { ...document, fastscore: { ...fastscore, fleet } };
}

/**
 * What a configuration calls the instances of its fleet. Services that this server does not have are passed over.
 * @param document with a name for every member
 * @throws FastScoreError BAD_INPUT
 */
export function fleetNames({ fastscore }: Document): FleetNames {
  const fleet = isObject(fastscore) ? fastscore.fleet : undefined;
  const members = Array.isArray(fleet) ? fleet.filter(isObject) : [];
  const namesOf = (api: ServiceApi): string[] =>
    members.filter((member) => serviceOf(member.api) === api).map(({ name }) => checkedName(name));
  const names = { engines: namesOf('engine'), modelManage: namesOf('model-manage') };
  assertDifferent([...names.engines, ...names.modelManage]);
  return names;
}

/** The oldest configurations speak of engines like this. */
const serviceOf = (api: unknown): unknown => (api === 'engine-x' ? 'engine' : api);

const LONGEST_NAME = 100;

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME && !/[/\p{Cc}]/u.test(name)) return name;
  throw new FastScoreError('BAD_INPUT', `${JSON.stringify(name).slice(0, LONGEST_NAME)} is no name for an instance`, {
    hint: `Names are texts of 1 to ${LONGEST_NAME} characters without slashes`,
  });
}

function assertDifferent(names: readonly string[]): void {
  const all = ['connect', ...names];
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new FastScoreError('BAD_INPUT', `Two instances have the name '${twice}'`, {
    hint: 'Give each member of the fleet a name of its own; connect is taken',
  });
}
