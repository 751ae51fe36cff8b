import type { Placed } from '../../../scripts/validate/shown.ts';
import { validateText } from '../../../scripts/validate.ts';

/** A text with a mark (`▸`) before the place that a finding should name, without it; and that place. */
export function marked(text: string): { readonly text: string; readonly line: number; readonly column: number } {
  const before = text.slice(0, text.indexOf('▸')).split('\n');
  if (!text.includes('▸')) throw new Error('The text has no mark.');
  return { text: text.replace('▸', ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The findings that refuse a text, as `code or kind` and place. */
export function findingsOf(text: string): readonly Placed[] {
  return validateText(text, 'us-east-1').findings;
}

/** A definition in YAML that is accepted; `parts` take the place of what stands there. */
export function definition(parts: Partial<Record<keyof typeof standard, string>> = {}): string {
  return Object.values({ ...standard, ...parts })
    .filter((part) => part !== '')
    .join('\n');
}

const standard = {
  head: 'name: web\nroleArn: arn:aws:iam::123456789012:role/pipelines',
  store: 'artifactStore:\n  type: S3\n  location: store',
  more: '',
  stages: 'stages:',
  source: `- name: Source
  actions:
  - name: Fetch
    actionTypeId: { category: Source, owner: AWS, provider: S3, version: '1' }
    configuration: { S3Bucket: b, S3ObjectKey: k.zip, PollForSourceChanges: 'false' }
    outputArtifacts:
    - name: Code`,
  ship: `- name: Ship
  actions:
  - name: Ask
    actionTypeId: { category: Approval, owner: AWS, provider: Manual, version: '1' }`,
  rest: '',
};
