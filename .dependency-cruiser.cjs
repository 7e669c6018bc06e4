// The house's import rules, checked on compiled modules: an import goes down, never up, never sideways between two rooms
// of one floor. plugin_boundary.json says the same for `rally boundary`.
const floor2 = '^packages/(local|relay|transport-nats|installer|boundary|board|mcp|host-[a-z-]+)/dist/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-nothing-above',
      severity: 'error',
      from: { path: '^packages/core/dist/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: '^packages/core/dist/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'zod-only-in-the-model',
      comment: 'Ordinary commands and hooks must not pay for loading it.',
      severity: 'error',
      from: { path: '^packages/core/dist/(rules|usecases|moments|ports)/' },
      to: { path: 'node_modules/(zod|tsyringe|reflect-metadata)/' },
    },
    {
      name: 'zod-is-not-reached',
      comment:
        'A list of words that rules need stands in a file of its own: the schema beside it would load the library.',
      severity: 'error',
      from: { path: '^packages/core/dist/(rules|usecases|moments|ports)/' },
      to: { path: 'node_modules/(zod|tsyringe|reflect-metadata)/', reachable: true },
    },
    {
      name: 'floor-2-not-sideways',
      severity: 'error',
      from: { path: floor2 },
      to: { path: floor2, pathNot: '^packages/$1/' },
    },
    {
      name: 'plugins-import-core-as-types-only',
      severity: 'error',
      from: { path: '^packages/(host-[a-z-]+|transport-nats)/dist/', pathNot: '\\.test\\.' },
      to: { path: '^packages/core/' },
    },
    {
      name: 'the-kit-loads-nothing',
      comment: 'It becomes part of a plugin that a hook loads.',
      severity: 'error',
      from: { path: '^packages/plugin-kit/dist/', pathNot: '/dist/(public/)?commands/' },
      to: { pathNot: '^packages/plugin-kit/dist/' },
    },
    {
      name: 'commands-of-plugins-load-oclif-alone',
      severity: 'error',
      from: { path: '^packages/plugin-kit/dist/(public/)?commands/' },
      to: { pathNot: '^packages/plugin-kit/dist/|node_modules/@oclif/core/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'files-use-node-alone',
      severity: 'error',
      from: { path: '^packages/files/dist/' },
      to: { pathNot: '^packages/files/dist/', dependencyTypesNot: ['core'] },
    },
    { name: 'floor-2-not-up', severity: 'error', from: { path: floor2 }, to: { path: '^packages/(cli|hook)/' } },
    {
      name: 'hook-has-no-dependency',
      severity: 'error',
      from: { path: '^packages/(hook/dist|local/dist/(channel-files|hook-files|discovery)|core/dist/moments)/' },
      to: { path: 'node_modules/(?!@rally/)' },
    },
    {
      name: 'only-the-cli-knows-oclif',
      severity: 'error',
      from: { path: '^packages/(core|local|relay|hook|installer|conformance)/dist/' },
      to: { path: 'node_modules/@oclif/' },
    },
    {
      name: 'one-composition-root',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/local/dist/composition/ports\\.js$' },
      to: { path: 'node_modules/(tsyringe|reflect-metadata)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.cjs$|\\.d\\.ts$|/program\\.js$|/dist/commands\\.js$)' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['rally-internal', 'import', 'default'] },
  },
}
