import type { LowerMatch } from '../context.js';
import { equals, never, or, tested } from '../predicates.js';
import { present, refuse, setting, test } from '../steps.js';

/** Any socket has a group, the kernel's own too; without one it does not match, plain or inverted. All groups lie below the root. */
export const cgroup: LowerMatch<'cgroup'> = ({ path, classId, source }, { family }) => {
  const guards = [setting('no-cgroup-on-handshakes', source), test(or([present({ kind: 'socket' }), present({ kind: 'kernel-socket' })]), source)];
  if (classId !== undefined) return [...guards, test(tested(classId, (id) => equals(family, 'socket.class', id)), source)];
  const parts = (path?.value ?? '').split('/').filter((part) => part !== '');
  if (parts.length === 0) return path?.negated === true ? [test(never, source)] : guards;
  return [
    refuse(
      'cgroup',
      'nft 1.0.6 looks for the socket where iptables does not, cannot do so in POSTROUTING, and wants the path to be there when it loads',
      source,
      `in OUTPUT nft can say: socket cgroupv2 level ${parts.length} ${path?.negated === true ? '!= ' : ''}"${/^[\w.@:-]+$/.test(parts.join('')) ? parts.join('/') : 'PATH'}"`,
    ),
  ];
};
