import type { Resource } from '../service.ts';
import { calledBy } from './name.ts';
import { invalid, refuseOthers } from './properties.ts';

/** Who may invoke a function besides the principals whose own policies allow it: a statement of the function's policy. */
export interface Permission {
  readonly id: string;
  /** Whose policy it is in: of a function, or of an alias of it, which stands behind a colon. */
  readonly functionName: string;
  /** A service (`events.amazonaws.com`), an account or an ARN. */
  readonly principal: string;
  /** `lambda:InvokeFunction` or another. */
  readonly action: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

const KNOWN = ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'];

/** Reads an AWS::Lambda::Permission. */
export function readPermission(resource: Resource): Permission {
  refuseOthers(resource, KNOWN);
  const { logicalId, name, properties } = resource;
  const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties;
  if (typeof Action !== 'string' || typeof Principal !== 'string') {
    throw invalid(logicalId, 'A permission needs an Action and a Principal.');
  }
  return {
    id: name,
    functionName: calledBy(String(FunctionName)),
    principal: Principal,
    action: Action,
    ...(SourceArn === undefined ? {} : { sourceArn: String(SourceArn) }),
    ...(SourceAccount === undefined ? {} : { sourceAccount: String(SourceAccount) }),
  };
}
