import type { AddressMask, Conditions, Field, InterfacePattern, Predicate, Source, Step, Test } from '../ir/index.js';
import type { MatchContext } from './context.js';
import { always, equals, masked, negatedIf, never, not, tested } from './predicates.js';
import { present, require, test } from './steps.js';

/** The core options in the kernel's order: addresses, interfaces, protocol, fragment. */
export function lowerConditions(conditions: Conditions, context: MatchContext, source: Source): readonly Step[] {
  const { family } = context;
  const steps: Step[] = [];
  const addressTest = (option: Test<AddressMask> | undefined, field: Field): void => {
    if (option !== undefined) steps.push(test(tested(option, ({ address, mask }) => masked(family, field, address, mask)), source));
  };
  addressTest(conditions.source, 'ip.source');
  addressTest(conditions.destination, 'ip.destination');
  const interfaceTest = (option: Test<InterfacePattern> | undefined, direction: 'in' | 'out'): void => {
    if (option !== undefined) steps.push(test(tested(option, (pattern) => onInterface(direction, pattern)), source));
  };
  interfaceTest(conditions.inInterface, 'in');
  interfaceTest(conditions.outInterface, 'out');
  if (conditions.protocol !== undefined) steps.push(...protocolSteps(conditions.protocol, context, source));
  else if (conditions.anyProtocol === true && family === 6) steps.push(headersWalk(source));
  if (conditions.fragment !== undefined) {
    const whole = equals(family, 'ip.fragment-offset', 0);
    steps.push(test(negatedIf(conditions.fragment.negated, not(whole)), source));
  }
  return steps;
}

/** The empty prefix (`+`) holds everywhere, also where there is no interface. */
const onInterface = (direction: 'in' | 'out', pattern: InterfacePattern): Predicate =>
  pattern.prefix && pattern.name === '' ? always : { kind: 'interface', direction, pattern };

/**
 * The numbers that the IPv6 walk goes past: hop-by-hop, routing, fragment, authentication, destination options. It never stops at
 * one of them, so `-p` with them never matches and `! -p` always does. ESP and "no next header" end the walk and can be named.
 */
const walkedPast: ReadonlySet<number> = new Set([0, 43, 44, 51, 60]);

/** In IPv6 any `-p`, plain or inverted, drops the packet when the walk over the extension headers fails. */
function protocolSteps(protocol: Test<number>, { family }: MatchContext, source: Source): readonly Step[] {
  if (family === 4) return [test(tested(protocol, (number) => equals(4, 'ip.protocol', number)), source)];
  const named = (number: number): Predicate => (walkedPast.has(number) ? never : equals(6, 'ip.protocol', number));
  return [headersWalk(source), test(tested(protocol, named), source)];
}

/** What `-p all` asks too. */
const headersWalk = (source: Source): Step => require(present({ kind: 'protocol' }), source, 'no-broken-ipv6-extension-headers');
