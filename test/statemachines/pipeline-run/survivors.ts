const reasons: Readonly<Record<string, readonly string[]>> = {
  'Approvals and jobs have the same function.': ['Begin.Assign.functions → approval ⇄ job'],
  'The output of a catcher that says none is the error.': [
    'Decide.Catch.0.Output → nothing',
    'Settle action.Catch.0.Output → nothing',
    'Run actions.Catch.0.Output → nothing',
  ],
  'The local interpreter gives each error a cause; in an account one may have none.': [
    ...['Run action', 'Run actions.Run one of several'].flatMap((state) => [
      `${state}.Catch.0.Output.cause → "{% $substring($exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'other', 0, 2000) %}"`,
      `${state}.Catch.0.Output.cause → "{% $substring($states.errorOutput.Cause, 0, 2000) %}"`,
    ]),
    `Close run.Arguments.Payload.cause → "{% $substring($exists($states.input.Cause) ? $states.input.Cause : 'other', 0, 2000) %}"`,
    'Close run.Arguments.Payload.cause → "{% $substring($states.input.Cause, 0, 2000) %}"',
  ],
  'Each action of several hands on nothing already.': ['Run actions.Output → nothing'],
  'What next? ends, too, when it has no answer of Decide.': [
    'Continue.Catch.0.Next → "What next?"',
    'Close run.Next → "What next?"',
  ],
  'An execution ends after a year, before its Decide does.': [
    'Decide.TimeoutSeconds → nothing',
    'Decide.TimeoutSeconds → 63072000',
    'Decide.Retry.0.ErrorEquals → ["States.ALL"]',
    'Decide.Catch.0.ErrorEquals → ["States.TaskFailed"]',
  ],
  'Nothing times out there but in an account, after three years.': [
    'Settle action.Retry.0.ErrorEquals → ["States.TaskFailed"]',
    'Settle action.Catch.0.ErrorEquals → ["States.TaskFailed"]',
    'Run actions.Settle one of several.Retry.0.ErrorEquals → ["States.TaskFailed"]',
    'Run actions.Catch.0.ErrorEquals → ["States.TaskFailed"]',
    'Continue.Catch.0.ErrorEquals → ["States.TaskFailed"]',
    'Continue.Retry.0.ErrorEquals → ["States.ALL"]',
    'Close run.Retry.0.ErrorEquals → ["States.TaskFailed"]',
  ],
};

/** Mutants of the machine that no scenario can notice, each with the reason. */
export const survivors: ReadonlyMap<string, string> = new Map(
  Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
