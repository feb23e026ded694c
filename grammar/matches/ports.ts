import type { Range, Test } from '../../src/ir/index.js';
import { u16 } from '../values/number.js';
import { formatPortRange } from '../values/port.js';
import { printTest } from '../values/uses.js';

const full = ({ min, max }: Range): boolean => min === 0 && max === u16;

/** tcp and udp keep no trace of the whole port range: un-negated it tests nothing. */
export const testedPorts = (ports: Test<Range> | undefined): Test<Range> | undefined =>
  ports !== undefined && full(ports.value) && !ports.negated ? undefined : ports;

export const printPorts = (option: 'sport' | 'dport', ports: Test<Range> | undefined): string => printTest(option, ports, formatPortRange);

export const lossyPorts = (...ports: readonly (Test<Range> | undefined)[]): string | undefined =>
  ports.some((test) => test !== undefined && full(test.value)) ? 'iptables-save leaves out the negated port range 0:65535, which never matches' : undefined;

export const portOptions = [
  { name: 'sport', aliases: ['source-port'], arity: 1, negatable: true },
  { name: 'dport', aliases: ['destination-port'], arity: 1, negatable: true },
] as const;
