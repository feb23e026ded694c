import type { MatchMeaning } from '../evaluation.js';
import { icmpTest } from './icmp.js';

export const icmp6: MatchMeaning<'icmp6'> = ({ icmpType }) => icmpTest(icmpType, false);
