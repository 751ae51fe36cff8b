import { createHmac, timingSafeEqual } from 'node:crypto';
import { previousSecretValue, secretValue } from '../aws/secret.ts';
import type { ActionExecution } from '../domain/action.ts';
import { runOf } from '../domain/action.ts';
import { approvalPath, type LinkMode, type ReviewLink, reviewPath, signedText } from '../domain/review-link.ts';

const keySecret = process.env['LINK_KEY'] ?? '';
const apiUrl = process.env['API_URL'] ?? '';

/** What the links of approval mails do here. */
export const linkMode = (process.env['APPROVAL_LINK'] ?? 'decides') as LinkMode;

/** The address that names an approval and lets nobody in. */
export function approvalAddress({ pipelineName, stage, action }: ActionExecution): string {
  return `${apiUrl}${approvalPath({ pipeline: pipelineName, stage, action })}`;
}

/** The address at which an open approval is reviewed. */
export async function reviewLinkOf(action: ActionExecution): Promise<string> {
  const link: ReviewLink = {
    pipeline: action.pipelineName,
    run: runOf(action.key).run,
    stage: action.stage,
    action: action.action,
    token: action.approvalToken ?? '',
    expires: action.deadline,
  };
  return `${apiUrl}${reviewPath(link, sign(await secretValue(keySecret), signedText(link)))}`;
}

/** Whether a signature was made with our key, or with the one before its last rotation. Compared in constant time. */
export async function isOurs(text: string, signature: string): Promise<boolean> {
  if (matches(await secretValue(keySecret), text, signature)) return true;
  const previous = await previousSecretValue(keySecret);
  return previous !== undefined && matches(previous, text, signature);
}

/** Signs with the current key; for nonces too. */
export async function signature(text: string): Promise<string> {
  return sign(await secretValue(keySecret), text);
}

function sign(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function matches(key: string, text: string, given: string): boolean {
  const want = Buffer.from(sign(key, text));
  const have = Buffer.from(given);
  return want.length === have.length && timingSafeEqual(want, have);
}
