const reasons: Readonly<Record<string, readonly string[]>> = {
  'The compiler asks for it; it never happens.': [
    'functions/domain/glob.ts: for (const number of reached) for (const next of states[number]?.free ?? []) reached.add(next);: [] → ["Stryker was here"] (ArrayDeclaration)',
    'functions/domain/glob.ts: if (!state) throw new Error(`There is no state ${number}.`);: `There is no state ${number}.` → `` (StringLiteral)',
    "functions/domain/glob.ts: const character = reading.characters[reading.at] ?? '';: '' → \"Stryker was here!\" (StringLiteral)",
    'functions/domain/glob.ts: const on = states[number]?.on;: states[number]?.on → states[number].on (OptionalChaining)',
    'functions/domain/glob.ts: for (const number of reached) for (const next of states[number]?.free ?? []) reached.add(next);: states[number]?.free → states[number].free (OptionalChaining)',
    'functions/domain/glob.ts: if (!state) throw new Error(`There is no state ${number}.`);: !state → false (ConditionalExpression)',
    "functions/domain/webhook.ts: export function hasPlaceholder({ matchEquals = '' }: WebhookFilter): boolean {: '' → \"Stryker was here!\" (StringLiteral)",
    "functions/domain/webhook.ts: for (const [, key = ''] of matchEquals.matchAll(placeholder)) {: '' → \"Stryker was here!\" (StringLiteral)",
    "functions/domain/webhook.ts: const keys = [...text.matchAll(placeholder)].map(([, key = '']) => key);: '' → \"Stryker was here!\" (StringLiteral)",
    'functions/domain/webhook.ts: return pipeline.stages[0]?.actions.find(: pipeline.stages[0]?.actions → pipeline.stages[0].actions (OptionalChaining)',
    "functions/domain/webhook.ts: for (const { jsonPath, matchEquals = '' } of filters) {: '' → \"Stryker was here!\" (StringLiteral)",
    'functions/domain/on-failure.ts: if (!stage) throw new Error(`Pipeline ${definition.name} has no stage ${run.stage}.`);: `Pipeline ${definition.name} has no stage ${run.stage}.` → `` (StringLiteral)',
    'functions/domain/on-failure.ts: if (!stage) throw new Error(`Pipeline ${definition.name} has no stage ${run.stage}.`);: !stage → false (ConditionalExpression)',
    "functions/domain/retry.ts: if (run.executionMode !== 'PARALLEL' && last?.run !== run.id): last?.run → last.run (OptionalChaining)",
    "functions/domain/rollback.ts: if (definition.stages[0]?.name === stage) return 'it is the source stage';: definition.stages[0]?.name → definition.stages[0].name (OptionalChaining)",
    'functions/domain/run.ts: const [, run, number] = /^([0-9a-f-]{36})(?:-(\\d+))?$/.exec(name) ?? [];: [] → ["Stryker was here"] (ArrayDeclaration)',
    "functions/listeners/delivery.ts: const signature = headers['x-hub-signature-256'] ?? '';: '' → \"Stryker was here!\" (StringLiteral)",
    "functions/listeners/publish.ts: return { batchItemFailures: first ? [{ itemIdentifier: first … equenceNumber ?? '' }] : [] };: '' → \"Stryker was here!\" (StringLiteral)",
    "functions/listeners/publish.ts: const kind = String(after?.['sk'] ?? '');: '' → \"Stryker was here!\" (StringLiteral)",
    "functions/listeners/publish.ts: return { batchItemFailures: first ? [{ itemIdentifier: first … equenceNumber ?? '' }] : [] };: first.dynamodb?.SequenceNumber → first.dynamodb.SequenceNumber (OptionalChaining)",
  ],
  'It comes to the same, by a longer way.': [
    'functions/domain/glob.ts: const states: Draft[] = [{ free: [] }];: [] → ["Stryker was here"] (ArrayDeclaration)',
    'functions/domain/glob.ts: const next: number[] = [];: [] → ["Stryker was here"] (ArrayDeclaration)',
    'functions/domain/glob.ts: if (next.length === 0) return false;: next.length === 0 → false (ConditionalExpression)',
    'functions/domain/glob.ts: return states.push({ free: [] }) - 1;: [] → ["Stryker was here"] (ArrayDeclaration)',
    'functions/domain/host-events/payload.ts: const list: readonly unknown[] = Array.isArray(value) ? value : [];: [] → ["Stryker was here"] (ArrayDeclaration)',
    "functions/domain/trigger-filter.ts: if (event.type === 'TagPush' || (event.type === 'BranchPush' && event.isNewBranch)) return false;: event.type === 'BranchPush' → true (ConditionalExpression)",
    'functions/domain/trigger-filter.ts: (event.type === \'PullRequest\' ? filters.pullRequest : filters.push) ?? [];: [] → ["Stryker was here"] (ArrayDeclaration)',
    'functions/domain/trigger-filter.ts: function compile({ includes = [], excludes = [] }: GitCriteria): Patterns {: [] → ["Stryker was here"] (ArrayDeclaration)',
  ],
  'No other error is thrown there.': [
    'functions/domain/glob.ts: if (error instanceof Malformed) return { fault: error.message };: error instanceof Malformed → true (ConditionalExpression)',
  ],
  'Two runs of a pipeline have no sequence number in common.': [
    'functions/domain/pipeline.ts: if (other.sequence > visitor.sequence) return { pipeline, entered: [], superseded: [visitor.run] };: other.sequence > visitor.sequence → other.sequence >= visitor.sequence (EqualityOperator)',
    'functions/domain/pipeline.ts: if (gate.last && !gate.last.rollback && gate.last.sequence > visitor.sequence) {: gate.last.sequence > visitor.sequence → gate.last.sequence >= visitor.sequence (EqualityOperator)',
  ],
  'Only what is logged is another.': [
    "functions/listeners/publish.ts: 'Publish',: 'Publish' → \"\" (StringLiteral)",
    'functions/listeners/publish.ts: ({ Records }: DynamoDBStreamEvent) => ({ records: Records.length }),: ({ Records }: DynamoDBStreamEvent) => ({ records: Records.length }) → () => undefined (ArrowFunction)',
    'functions/listeners/publish.ts: ({ Records }: DynamoDBStreamEvent) => ({ records: Records.length }),: { records: Records.length } → {} (ObjectLiteral)',
    "functions/listeners/publish.ts: logger.error('Publish could not finish a record', { error: error as Error });: logger.error('Publish could not finish a record', { error: error as Error }); → ; (CallExpression)",
    "functions/listeners/publish.ts: logger.error('Publish could not finish a record', { error: error as Error });: 'Publish could not finish a record' → \"\" (StringLiteral)",
    "functions/listeners/publish.ts: logger.error('Publish could not finish a record', { error: error as Error });: { error: error as Error } → {} (ObjectLiteral)",
  ],
};

const known = new Map(Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason])));

/** Why a mutant of the sources may survive; undefined where nobody has looked at it, or a test is missing. */
export function whySurvives(name: string): string | undefined {
  const text = /: (["'`])([^"'`]*)\1 → \S+ \(StringLiteral\)$/s.exec(name)?.[2];
  if (text !== undefined && /\w,? \w/.test(text)) return 'Only the wording of a message is another.';
  return known.get(name);
}
