import { TurnableClock } from '../../../local/clock.ts';
import { openCodebuild } from '../../../local/codebuild/codebuild.ts';

/** A stack of its own, to be killed: serves CodeBuild for the folder of its first argument and runs the builds that are in the queue there. */
const [, , dir = '', endpoint = ''] = process.argv;
const context = {
  account: '000000000000',
  region: 'eu-west-1',
  partition: 'aws',
  endpoint,
  dir,
  clock: new TurnableClock(),
};
const credentials = {
  accessKeyId: 'the-key-id',
  secretAccessKey: 'the-secret-key',
  sessionToken: 'the-session',
  expiration: 0,
};
const service = openCodebuild(
  context,
  {
    emit() {
      if (process.argv[4] === 'no-events') throw new Error('The bus is not there.');
    },
    log: (_group, _stream, lines) => {
      for (const { message } of lines) console.log(message);
    },
    assumeRole: () => credentials,
  },
  { concurrency: 1 },
);
await service.start?.();
setInterval(() => {}, 60_000);
