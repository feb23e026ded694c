// dist/ferrule.js, the command with its parts bundled in dist/command/, and dist/{src,grammar,targets}, the library with its types.
import { readFileSync, writeFileSync, rmSync, chmodSync } from 'node:fs';
import { must, installPackages } from './install.mjs';

installPackages();
const { build } = await import('esbuild');
const library = process.argv.includes('--library');

rmSync('dist/command', { recursive: true, force: true });
if (library) {
  rmSync('dist', { recursive: true, force: true });
  must('node_modules/.bin/tsc', ['-p', 'scripts/tsconfig.library.json']);
}

const { metafile } = await build({
  // Each command loads only what it uses: parsing the rest would be most of a short run's time.
  entryPoints: { ferrule: 'src/cli/main.ts' },
  outdir: 'dist',
  chunkNames: 'command/[name]-[hash]',
  splitting: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // Packages in the older module format ask for node's own modules with `require`.
  banner: { js: "import { createRequire as makeRequire } from 'node:module';const require = makeRequire(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});
chmodSync('dist/ferrule.js', 0o755);
notices(metafile);

/** The licences of everything that the bundle carries. */
function notices({ inputs }) {
  const names = new Set(Object.keys(inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const parts = [...names].sort().map((name) => {
    const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
    let text = '';
    for (const file of ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license']) {
      try {
        text = readFileSync(`node_modules/${name}/${file}`, 'utf8');
        break;
      } catch {
        // the next spelling
      }
    }
    return `## ${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  writeFileSync('dist/THIRD_PARTY_NOTICES.md', `# Third-party notices\n\nThe file ferrule.js contains these packages.\n\n${parts.join('\n')}`);
}
