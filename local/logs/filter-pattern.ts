import { invalidParameter } from './input.ts';

const UNSUPPORTED =
  'The local stack knows filter patterns of terms, "quoted phrases", ?any and -excluded terms. Set AWS_ENDPOINT_URL_CLOUDWATCH_LOGS to use another endpoint.';

/**
 * Reads a filter pattern of terms (CloudWatch Logs, "Filter pattern syntax"): all terms must be in the message, of those with a
 * question mark one, of those with a minus none; case matters. Patterns for JSON, for columns and regular expressions are refused.
 */
export function readFilterPattern(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) throw invalidParameter(`'${text}': ${UNSUPPORTED}`);
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/g)];
  const left = terms.reduce((rest, [term]) => rest.replace(term, ''), text).trim();
  if (left !== '') throw invalidParameter(`'${text}': ${UNSUPPORTED}`);
  const [any, excluded, all] = ['?', '-', ''].map((sign) => terms.filter((term) => term[1] === sign).map(termText)) as [
    string[],
    string[],
    string[],
  ];
  // AWS passes over the question marks of a mixed pattern; a pattern that means less than it says is refused here.
  if (any.length > 0 && excluded.length + all.length > 0) throw invalidParameter(`'${text}': ${UNSUPPORTED}`);
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
}

function termText([, , quoted, plain]: RegExpExecArray): string {
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  const term = plain ?? '';
  if (/^[\p{L}\p{N}_]+$/u.test(term)) return term;
  throw invalidParameter(
    `The term '${term}' has characters other than letters, digits and _: put it in double quotes.`,
  );
}
