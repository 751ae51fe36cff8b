const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^functions/${from}/` },
  to: { path: '^(functions|local|console|scripts|test|bench)/', pathNot: `^functions/(${allowed})/` },
});

/** Who may import whom. Each rule says why. */
module.exports = {
  forbidden: [
    only('domain-is-pure', 'domain', 'domain', 'The domain is pure rules: it imports only itself.'),
    {
      name: 'domain-has-no-io',
      comment: 'The domain does no I/O and uses no package.',
      severity: 'error',
      from: { path: '^functions/domain/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    only(
      'aws-knows-the-domain',
      'aws',
      'aws|domain',
      'A file of aws/ is one service that we call: it imports the domain and the SDK.',
    ),
    only(
      'lambda-knows-the-domain',
      'lambda',
      'lambda|domain',
      'Wrappers know Lambda, not AWS services or rules of handlers.',
    ),
    only(
      'engine-is-below-handlers',
      'engine',
      'engine|aws|lambda|domain',
      'The engine is what handlers share: it knows no handler.',
    ),
    only('handlers-import-inward-api', 'api', 'api|engine|aws|lambda|domain', 'Handlers never import handlers.'),
    only('handlers-import-inward-tasks', 'tasks', 'tasks|engine|aws|lambda|domain', 'Handlers never import handlers.'),
    only(
      'handlers-import-inward-actions',
      'actions',
      'actions|engine|aws|lambda|domain',
      'Handlers never import handlers.',
    ),
    only(
      'handlers-import-inward-listeners',
      'listeners',
      'listeners|engine|aws|lambda|domain',
      'Handlers never import handlers.',
    ),
    {
      name: 'sdk-only-in-aws',
      comment: "Only aws/ calls AWS (publish reads the stream's own format with the SDK's reader).",
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/aws/' },
      to: { path: 'node_modules/@aws-sdk/', pathNot: 'node_modules/@aws-sdk/util-dynamodb/' },
    },
    {
      name: 'nothing-imports-local',
      comment: 'The local stack serves the application; nothing of the application knows it.',
      severity: 'error',
      from: { path: '^(functions|console)/' },
      to: { path: '^local/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'local-services-are-apart',
      comment: 'A service of the local stack is a part that others may lift out: services meet by ports.',
      severity: 'error',
      from: { path: '^local/([^/]+)/' },
      to: { path: '^local/([^/]+)/', pathNot: '^local/$1/' },
    },
    {
      name: 'nothing-imports-test',
      comment: 'Tests import; they are not imported.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no order in which it can be understood.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
