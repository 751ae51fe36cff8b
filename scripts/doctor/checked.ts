import type { ActionDeclaration } from '../../functions/domain/declaration.ts';

/** An action that is being looked at. */
export interface Checked {
  readonly action: ActionDeclaration;
  /** `Stage/Action` */
  readonly purpose: string;
  /** The role that its calls are made with: its own, or the pipeline's. */
  readonly role: string;
  /** Its configuration without what only a run knows: values with variables. */
  readonly configured: Readonly<Record<string, string>>;
}
