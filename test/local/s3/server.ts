import { openStage } from './stage.ts';

/** A process that serves S3 over the folder that it is given, until it is killed. */
const stage = await openStage(process.argv[2] ?? '');
console.log(stage.endpoint);
process.on('message', (message) => {
  if (message !== 'memory') return;
  const { rss } = process.memoryUsage();
  process.send?.({ rss, highest: process.resourceUsage().maxRSS * 1024 });
});
