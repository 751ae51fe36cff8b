// The code that runs first in a sandbox's thread: the part of Lambda's Node.js runtime that a function sees.
// Plain JavaScript, because a thread that must first load the compiler of types starts 35 ms later.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { format } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';

const { module, handler, shared, settings, compiled } = workerData;
const port = parentPort;
const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
let requestId;
/** Until the first call has been answered: what it compiled is kept too. */
let keeping = true;

/** The stack's time: see `shared` of the stack's clock. */
function now() {
  return shared[0] === 1 ? shared[1] : Math.floor(machineNow() + shared[1]);
}

const machineNow = Date.now;
const MachineDate = Date;
MachineDate.now = now;
globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: (target) => new target(now()).toString(),
});
MachineDate.prototype.constructor = globalThis.Date;

function log(text) {
  port.postMessage({ type: 'Logged', time: now(), text });
}

/** Stands in for a standard stream's `write`: one log event per line, as CloudWatch has it. */
function write(chunk, encoding, callback) {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
  for (const line of text.replace(/\n$/, '').split('\n')) log(line);
  const done = typeof encoding === 'function' ? encoding : callback;
  if (done) queueMicrotask(done);
  return true;
}
process.stdout.write = write;
process.stderr.write = write;

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const lowest = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL));

function describeLogged(_key, value) {
  if (!(value instanceof Error)) return value;
  return { ...value, errorType: value.name, errorMessage: value.message, stackTrace: value.stack?.split('\n') };
}

function line(level, values) {
  const timestamp = new Date().toISOString();
  if (!json) return `${timestamp}\t${requestId}\t${level}\t${format(...values)}`;
  const entry = { timestamp, level, requestId };
  try {
    return JSON.stringify({ ...entry, message: values.length === 1 ? values[0] : format(...values) }, describeLogged);
  } catch {
    return JSON.stringify({ ...entry, message: format(...values) });
  }
}

for (const [name, level] of Object.entries({
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
})) {
  console[name] = (...values) => {
    if (LEVELS.indexOf(level) >= lowest) log(line(level, values));
  };
}

/** A failure as Lambda answers with it; `type` where the runtime, not the function, names it. */
function describe(error, type) {
  if (error instanceof Error || (error?.name && error?.stack)) {
    return {
      errorType: type ?? error.name,
      errorMessage: String(error.message),
      trace: String(error.stack).split('\n'),
    };
  }
  return { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
}

/** The log line of a failure also has what the answer lacks: the error's own members and its cause. */
function logFailure(title, failure, error) {
  const { trace: stack, ...rest } = failure;
  const cause = error?.cause === undefined ? {} : { cause: describe(error.cause) };
  try {
    console.error(`${title} \t${JSON.stringify({ ...error, ...rest, ...cause, stack })}`);
  } catch {
    console.error(`${title} \t${JSON.stringify({ ...rest, ...cause, stack })}`);
  }
}

/** Megabytes in use: the heap and what it holds outside, such as buffers. */
function heap() {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return Math.ceil((total_heap_size + external_memory) / 1048576);
}

/** What nobody caught ends the sandbox, as in Lambda, and fails the invocation that runs. */
function crash(title, failure, error) {
  logFailure(title, failure, error);
  port.postMessage({ type: 'Crashed', failure: JSON.stringify(failure), heap: heap() });
  process.exit(1);
}
process.on('uncaughtException', (error) => crash('Uncaught Exception', describe(error), error));
process.on('unhandledRejection', (reason) => {
  const failure = { ...describe(reason, 'Runtime.UnhandledPromiseRejection'), errorMessage: String(reason) };
  crash('Unhandled Promise Rejection', failure, reason);
});

function load(loaded) {
  const found = handler.split('.').reduce((value, key) => value?.[key], { ...loaded.default, ...loaded });
  if (typeof found !== 'function') {
    throw Object.assign(new Error(`${settings.handler} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  if (found.length > 2) {
    throw Object.assign(new Error('Node.js 24 on Lambda has no handlers with a callback: return a promise.'), {
      name: 'Runtime.CallbackHandlerDeprecated',
    });
  }
  return found;
}

function nameOfLoadFailure(error) {
  if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') return 'Runtime.ImportModuleError';
  return error instanceof SyntaxError ? 'Runtime.UserCodeSyntaxError' : undefined;
}

function contextOf({ id, arn, clientContext }) {
  const deadline = performance.now() + settings.timeout * 1000;
  return {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: settings.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: String(settings.memory),
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

async function run(call, invocation) {
  requestId = invocation.id;
  try {
    const answer = await call(JSON.parse(invocation.payload), contextOf(invocation));
    port.postMessage({ type: 'Answered', payload: JSON.stringify(answer) ?? 'null', heap: heap() });
  } catch (error) {
    const failure = describe(error);
    logFailure('Invoke Error', failure, error);
    port.postMessage({ type: 'Failed', failure: JSON.stringify(failure), heap: heap() });
  }
  if (keeping) flushCompileCache();
  keeping = false;
}

try {
  enableCompileCache(compiled);
  const call = load(await import(module));
  port.on('message', (invocation) => run(call, invocation));
  port.postMessage({ type: 'Ready' });
} catch (error) {
  const failure = describe(error, nameOfLoadFailure(error));
  logFailure('Uncaught Exception', failure, error);
  port.postMessage({ type: 'Crashed', failure: JSON.stringify(failure), heap: heap() });
}
