import { ServiceError } from '../../service.ts';
import { type Item, sizeOfItem } from '../attribute-value.ts';
import { invalid } from '../errors.ts';
import type { Change } from '../items.ts';
import { keyAttributes } from '../key.ts';
import { checkRequest, checkTransactItems } from '../request.ts';
import type { Operation, State } from '../state.ts';
import { prepareConditionCheck, prepareDelete } from './delete-item.ts';
import { preparePut } from './put-item.ts';
import { prepareUpdate } from './update-item.ts';

type TransactItem = Readonly<Record<string, object | null>>;

interface Target {
  readonly TableName: string;
  readonly Key?: Item;
  readonly Item?: Item;
}

/** Why one item of a cancelled transaction was, or was not, the reason. */
interface CancellationReason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: unknown;
}

const OPERATION = 'TransactWriteItems';
const LARGEST = 4 * 1024 * 1024;
const SHAPE = { ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 } };

const ACTIONS: Readonly<Record<string, (operation: string, input: object) => (state: State) => Change>> = {
  Put: preparePut,
  Update: prepareUpdate,
  Delete: prepareDelete,
  ConditionCheck: prepareConditionCheck,
};

/**
 * All changes, or none. The stack is one process, so transactions follow one another and never conflict: TransactionConflict does not
 * occur.
 */
export const transactWriteItems: Operation = {
  kind: 'write',
  run(state, { TransactItems, ...rest }) {
    const actions = checkTransactItems<TransactItem>({ TransactItems });
    const { ClientRequestToken: token } = checkRequest<{ readonly ClientRequestToken?: string }>(
      OPERATION,
      SHAPE,
      rest,
    );
    if (token !== undefined && state.tokens.repeats(token, actions)) return {};
    const decisions = actions.map(prepare);
    checkDistinct(state, actions);
    let size = 0;
    const reasons = decisions.map((decide) =>
      attempt(() => {
        const change = decide(state);
        size += sizeOfItem(change.item ?? change.old?.item ?? {});
        state.items.apply(change);
      }),
    );
    if (size > LARGEST) throw invalid('The aggregate size of the items in the transaction exceeded 4 MB');
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    return {};
  },
};

function prepare(transactItem: TransactItem): (state: State) => Change {
  const [[name, action] = ['', {}], ...more] = Object.entries(transactItem).filter(([, value]) => value !== null);
  const prepareAction = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!prepareAction || more.length > 0) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  return prepareAction(OPERATION, action as object);
}

/** Refuses two actions on one item, before any condition is looked at. */
function checkDistinct({ catalogue }: State, transactItems: readonly TransactItem[]): void {
  const seen = new Set<string>();
  for (const action of transactItems.flatMap((item) =>
    Object.values(item).filter((action) => action !== null),
  ) as Target[]) {
    const table = catalogue.get(action.TableName);
    const id = JSON.stringify([table.id, keyAttributes(action.Key ?? action.Item ?? {}, table.key)]);
    if (seen.has(id)) throw invalid('Transaction request cannot include multiple operations on one item');
    seen.add(id);
  }
}

/** Does one action. What a caller can be told of in the reasons is returned; the rest fails the request. */
function attempt(action: () => void): CancellationReason {
  try {
    action();
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
    if (error.code !== 'ConditionalCheckFailedException') throw error;
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.members };
  }
}

function cancelled(reasons: readonly CancellationReason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
