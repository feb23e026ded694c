import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folder may import which: the house's walls. A folder may always import itself. The longest matching folder decides. */
const mayImport: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  'src/ir': { folders: [], packages: [] },
  'src/diagnostics': { folders: ['src/ir'], packages: [] },
  'src/packet': { folders: ['src/ir', 'src/diagnostics'], packages: [] },
  'src/probe': { folders: ['src/ir', 'src/packet'], packages: [] },
  'src/stack': { folders: ['src/ir', 'src/diagnostics'], packages: [] },
  'src/evaluate': { folders: ['src/ir', 'src/stack'], packages: [] },
  'src/witness': { folders: ['src/ir', 'src/packet', 'src/probe', 'src/stack', 'src/evaluate', 'src/symbolic', 'src/verify'], packages: [] },
  'src/lower': { folders: ['src/ir', 'src/diagnostics'], packages: [] },
  'src/symbolic': { folders: ['src/ir'], packages: [] },
  'grammar': { folders: ['src/ir', 'src/diagnostics'], packages: ['chevrotain'] },
  'targets/target.ts': { folders: ['src/ir', 'src/diagnostics'], packages: [] },
  'targets/interpreter': { folders: ['src/ir', 'src/diagnostics', 'src/stack'], packages: [] },
  'targets/nftables': { folders: ['src/ir', 'src/diagnostics', 'targets/target.ts'], packages: [] },
  'targets/nftables/model': { folders: ['src/ir', 'src/diagnostics', 'src/stack', 'targets/nftables/ast.ts', 'targets/nftables/exthdr.ts'], packages: [] },
  'targets/xdp': { folders: ['src/ir', 'src/diagnostics', 'src/packet', 'targets/target.ts'], packages: [] },
  'src/check': { folders: ['src/ir', 'src/diagnostics', 'src/lower', 'src/packet', 'src/probe', 'src/stack', 'targets', 'src/translate.ts'], packages: [] },
  'src/verify': { folders: ['src/ir', 'src/diagnostics', 'src/evaluate', 'src/lower', 'src/packet', 'src/policy', 'src/stack', 'src/symbolic', 'src/witness', 'grammar', 'targets'], packages: [] },
  'src/validate': { folders: ['src/ir', 'src/diagnostics', 'src/lower', 'src/verify', 'grammar', 'targets'], packages: [] },
  'src/suite': { folders: ['src/ir', 'src/lower', 'src/packet', 'src/symbolic', 'src/verify', 'src/witness', 'targets'], packages: [] },
  'src/policy': { folders: ['src/ir', 'src/diagnostics', 'src/lower', 'src/packet', 'src/probe', 'src/symbolic', 'src/verify', 'src/witness'], packages: [] },
  'src/translate.ts': { folders: ['src/ir', 'src/diagnostics', 'src/lower', 'targets'], packages: [] },
  'src/version.ts': { folders: [], packages: [] },
  'src/index.ts': { folders: ['src', 'grammar', 'targets'], packages: [] },
  'src/cli': { folders: ['src', 'grammar', 'targets'], packages: ['node:', 'execa'] },
};

const root = resolve(import.meta.dirname, '../..');

interface Import {
  readonly file: string;
  readonly to: string;
}

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from\s+|import\s*\(\s*|^import\s+)'([^']+)'/gm)].map(([, specifier = '']) => ({
    file,
    to: specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts') : specifier,
  }));
}

const inside = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`);

const ownerOf = (file: string): string | undefined =>
  Object.keys(mayImport).filter((folder) => inside(file, folder)).sort((a, b) => b.length - a.length)[0];

const files = ['grammar', 'src', 'targets'].flatMap(sources);

describe('imports', () => {
  it('are read from every source file', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => ownerOf(file) === undefined)).toEqual([]);
  });

  it('run only where the table allows', () => {
    const faults = files.flatMap(importsOf).filter(({ file, to }) => {
      const owner = ownerOf(file);
      const allowed = owner === undefined ? undefined : mayImport[owner];
      if (owner === undefined || allowed === undefined) return true;
      if (!/^(grammar|src|targets|test|node_modules)\//.test(to)) return !allowed.packages.some((name) => to === name || (name.endsWith(':') && to.startsWith(name)));
      return !inside(to, owner) && !allowed.folders.some((folder) => inside(to, folder));
    });
    expect(faults).toEqual([]);
  });
});
