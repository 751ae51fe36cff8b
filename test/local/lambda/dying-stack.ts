import { Surroundings } from './stage.ts';

// A process that accepts an event and dies at once. Arguments: the folder, and the source of the function.
const [, , dir = '', source = ''] = process.argv;
const stage = new Surroundings(dir);
const lambda = stage.open();
const arn = await stage.make(lambda, 'noting', source);
await lambda.invokeLater(arn, '{"accepted":true}');
process.kill(process.pid, 'SIGKILL');
