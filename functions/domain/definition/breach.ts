import { Refusal, type RefusalCode } from '../refusal.ts';

/** Where in a definition something is: names of members, and numbers of a list's elements from 0. */
export type At = readonly (string | number)[];

/** A breach of a rule: what is said of it, and where it is. */
export interface Breach {
  readonly refusal: Refusal;
  readonly at: At;
}

/** Breaches in the order in which they are told. Who wants only the first looks for no others. */
export type Breaches = Iterable<Breach>;

/** A breach that is refused with a code of its own. */
export function breach(code: RefusalCode, message: string, ...at: At): Breach {
  return { refusal: new Refusal(code, message), at };
}

/** A breach of a rule of the whole pipeline. */
export function structureBreach(message: string, ...at: At): Breach {
  return breach('InvalidStructureException', message, ...at);
}

/** A breach of a rule of one stage. */
export function stageBreach(message: string, ...at: At): Breach {
  return breach('InvalidStageDeclarationException', message, ...at);
}

/** A breach of a rule of one action. */
export function actionBreach(message: string, ...at: At): Breach {
  return breach('InvalidActionDeclarationException', message, ...at);
}

/** A declaration that a breach is about: how a sentence names it, and what it is refused with. */
export interface About {
  readonly kind: 'action' | 'rule';
  /** In the middle of a sentence: `action 'Build'`. */
  readonly what: string;
  readonly breach: (message: string, ...at: At) => Breach;
}

/** What is said of an action. */
export function aboutAction(name: string): About {
  return { kind: 'action', what: `action '${name}'`, breach: actionBreach };
}

/** What is said of a rule of a stage's condition. */
export function aboutRule(name: string, stage: string): About {
  return { kind: 'rule', what: `rule '${name}' of stage '${stage}'`, breach: stageBreach };
}

/** Refuses the first breach, if there is one. */
export function refuseFirst(breaches: Breaches): void {
  for (const { refusal } of breaches) throw refusal;
}
