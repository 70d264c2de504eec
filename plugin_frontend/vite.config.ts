import { defineConfig } from 'vitest/config';

/** Relative base address: the tab is served under any prefix of the plugin's route. */
export default defineConfig({
  base: './',
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: '../tb_rnnviz/static',
    emptyOutDir: true,
    modulePreload: false,
    reportCompressedSize: true,
    assetsInlineLimit: 0,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    // Vite leaves white space in a library, for those who bundle it again; nobody bundles the tab.
    rolldownOptions: {
      output: {
        chunkFileNames: '[name].js',
        assetFileNames: '[name][extname]',
        minify: true,
        // One file for each round trip before the first picture: the frame, then the views that it opens.
        codeSplitting: {
          groups: [
            { name: 'frame', tags: ['$initial'], priority: 3 },
            { name: 'first-views', test: /\/src\/views\/(findings|text)\//, priority: 2 },
            { name: 'beside-text', test: /\/src\/views\/heatmap\//, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test-setup.ts'],
    // A document for every file would take three times as long as the tests themselves.
    isolate: false,
    pool: 'threads',
  },
});
