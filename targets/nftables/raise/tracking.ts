import type { Expression } from '../ast.js';
import type { ListedStatement, ListedTable } from '../read/listed.js';

/** Whether loading the table turns connection tracking on: any `ct` expression and any translation does, wherever it stands; `notrack` does not. */
export const turnsTrackingOn = ({ chains }: ListedTable): boolean => chains.some(({ rules }) => rules.some(({ statements }) => statements.some(asks)));

/** `tproxy` has fragments put together at every hook, wherever it stands, and tracks nothing. */
export const turnsReassemblyOn = ({ chains }: ListedTable): boolean => chains.some(({ rules }) => rules.some(({ statements }) => statements.some(({ kind }) => kind === 'tproxy')));

function asks(statement: ListedStatement): boolean {
  switch (statement.kind) {
    case 'nat':
    case 'helper':
    case 'label':
    case 'set-label':
    case 'ct-zone':
    case 'ct-helper':
    case 'ct-events':
    case 'synproxy':
      return true;
    case 'match':
    case 'loads':
    case 'below':
    case 'compare':
      return reads(statement.left);
    case 'choice':
      return reads(statement.key);
    case 'update':
      return statement.asks?.kind === 'connections' || reads(statement.key);
    case 'set':
      return statement.target.kind === 'ct' || reads(statement.value);
    case 'opaque':
      return statement.tracks === true;
    default:
      return false;
  }
}

function reads(expression: Expression): boolean {
  switch (expression.kind) {
    case 'ct':
    case 'jhash':
      return true;
    case 'binary':
      return reads(expression.left);
    case 'map':
      return reads(expression.key);
    case 'concat':
      return expression.parts.some(reads);
    default:
      return false;
  }
}
