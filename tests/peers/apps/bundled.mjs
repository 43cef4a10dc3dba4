// The app with a SQLite inbox, bundled for Node by each bundler. Neither PostgreSQL's packages nor Redis's are installed.
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';

const BUNDLERS = {
  async esbuild(outfile) {
    await esbuild({
      entryPoints: ['inbox.mjs'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
    });
  },
  async vite(outfile) {
    await vite({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: 'inbox.mjs',
        outDir: '.',
        emptyOutDir: false,
        rollupOptions: { output: { entryFileNames: outfile } },
      },
    });
  },
  async rollup(outfile) {
    const bundle = await rollup({
      input: 'inbox.mjs',
      external: [/^node:/],
      plugins: [nodeResolve({ exportConditions: ['node'], preferBuiltins: true }), commonjs()],
      onwarn: (warning) => {
        throw new Error(warning.message);
      },
    });
    await bundle.write({ file: outfile, format: 'es', inlineDynamicImports: true });
    await bundle.close();
  },
  async webpack(outfile) {
    const compiler = webpack({
      mode: 'development',
      devtool: false,
      entry: './inbox.mjs',
      target: 'node20',
      // Or webpack would follow the names that file tracers need.
      module: { parser: { javascript: { createRequire: false } } },
      experiments: { outputModule: true },
      output: { path: process.cwd(), filename: outfile, library: { type: 'module' } },
    });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : compiler.close(() => resolve(result))));
    });
    if (stats.hasErrors() || stats.hasWarnings())
      throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
  },
};

export async function start() {
  const apps = [];
  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    const outfile = `by-${name}.mjs`;
    await bundle(outfile);
    process.env.INBOX_URL = `file:${name}-${process.pid}.db`;
    apps.push(await (await import(`./${outfile}`)).start());
  }
  const [{ url, handled }, ...others] = apps;
  return {
    url,
    handled,
    others: others.map((app) => app.url),
    stop: () => Promise.all(apps.map((app) => app.stop())),
  };
}
