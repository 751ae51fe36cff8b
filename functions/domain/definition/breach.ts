import { Refusal } from '../refusal.ts';

/** A breach of a rule of the whole pipeline. */
export function structureBreach(message: string): Refusal {
  return new Refusal('InvalidStructureException', message);
}

/** A breach of a rule of one stage. */
export function stageBreach(message: string): Refusal {
  return new Refusal('InvalidStageDeclarationException', message);
}

/** A breach of a rule of one action. */
export function actionBreach(message: string): Refusal {
  return new Refusal('InvalidActionDeclarationException', message);
}
