import type { At } from '../../functions/domain/definition/breach.ts';

/**
 * What is said of a definition. `error`: CodePipeline refuses it too;
 * `fails`: Sluice takes it, and its action fails when it is run; `differs`: Sluice takes it and does otherwise; `warning`: it is ignored and was hardly meant so, or only a run
 * knows whether it fails.
 */
export interface Finding {
  readonly kind: 'error' | 'fails' | 'differs' | 'warning';
  readonly at: At;
  readonly message: string;
}

/** Whether a definition with this finding is refused. */
export function refuses({ kind }: Finding): boolean {
  return kind === 'error';
}
