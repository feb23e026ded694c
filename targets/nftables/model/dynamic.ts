import { unreachable } from '../../../src/ir/index.js';
import type { ElementTest, StatementOf } from '../ast.js';
import { take, unitLength } from './bucket.js';
import { evaluate, type Evaluation, type ModelElement, type Value } from './expressions.js';
import type { SetIndex } from './sets.js';

const keyText = (value: Value): string => (typeof value === 'object' ? value : [value]).join(' ');

const fresh = (expires: number): ModelElement => ({ expires, bucket: { tokens: Infinity, last: undefined }, connections: new Set<string>() });

const elementsOf = (set: SetIndex, { state, packet }: Evaluation): Map<string, ModelElement> => {
  const known = state.elements.get(set) ?? new Map([...(set.dynamic ?? [])].map(([key, seconds]): [string, ModelElement] => [key, fresh(packet.time + seconds)]));
  state.elements.set(set, known);
  return known;
};

/** Whether a key is in a dynamic set and its time is not over. */
export const holdsDynamic = (set: SetIndex, value: Value, run: Evaluation): boolean => (elementsOf(set, run).get(keyText(value))?.expires ?? -Infinity) > run.packet.time;

/** Whether the rule goes on behind the statement. */
export function update(statement: StatementOf<'update'>, set: SetIndex, run: Evaluation): boolean {
  const key = evaluate(statement.key, run);
  if (key === undefined) return false;
  const elements = elementsOf(set, run);
  const text = keyText(key);
  if (statement.operation === 'delete') {
    elements.delete(text);
    return true;
  }
  const { time } = run.packet;
  const before = elements.get(text);
  const known = before !== undefined && before.expires > time ? before : undefined;
  const element = known ?? fresh(Infinity);
  if (known === undefined || statement.operation === 'update') element.expires = time + (statement.timeout ?? Infinity);
  elements.set(text, element);
  return statement.asks === undefined || holds(statement.asks, element, run) !== statement.asks.over;
}

function holds(asks: ElementTest, element: ModelElement, run: Evaluation): boolean {
  const { packet } = run;
  switch (asks.kind) {
    case 'connections': {
      const { original } = packet.connection ?? {};
      element.connections.add(original === undefined ? 'none' : Object.values(original).join(' '));
      return element.connections.size <= asks.limit;
    }
    case 'packets': {
      const cost = Math.floor(unitLength[asks.unit] / asks.rate);
      return take(element.bucket, cost, cost * asks.burst, packet.time);
    }
    case 'bytes': {
      const unit = unitLength[asks.unit];
      return take(element.bucket, (unit * packet.bytes.length) / asks.rate, (unit * (asks.rate + asks.burst)) / asks.rate, packet.time);
    }
    default:
      return unreachable(asks);
  }
}
