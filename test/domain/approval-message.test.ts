import { describe, expect, test } from 'vitest';
import {
  approvalMessage,
  approvalNotice,
  approvalSubject,
  decidingMail,
  showingMail,
} from '../../functions/domain/approval-message.ts';
import { anAction, iso } from './given.ts';

const links = { consoleLink: 'https://sluice.example/web', approvalReviewLink: 'https://sluice.example/approvals/1' };
const approval = { pipelineName: 'web', stageName: 'Ship', actionName: 'Ask', expires: '1970-01-01T00:10Z' };

describe('the message to the topic of the action', () => {
  test('holds what CodePipeline says, and only that', () => {
    const message = approvalMessage(anAction(), 'eu-west-1', links, iso);

    expect(JSON.parse(message)).toEqual({
      region: 'eu-west-1',
      consoleLink: links.consoleLink,
      approval: { ...approval, approvalReviewLink: links.approvalReviewLink },
    });
  });

  test('holds token, page and comment when there are any', () => {
    const resolvedConfiguration = { ExternalEntityLink: 'https://staging.example', CustomData: 'Say "yes"\n' };

    const message = approvalMessage(anAction({ approvalToken: 't', resolvedConfiguration }), 'eu-west-1', links, iso);

    expect(JSON.parse(message)).toMatchObject({
      approval: {
        ...approval,
        token: 't',
        externalEntityLink: 'https://staging.example',
        customData: 'Say "yes"\n',
      },
    });
  });
});

describe('the mail to our approvers', () => {
  test('says what waits, where to decide, and until when', () => {
    const mail = decidingMail(anAction(), 'https://sluice.example/approvals/1', iso);

    expect(mail).toBe(
      [
        'Pipeline web waits for your approval: action Ask in stage Ship.',
        '',
        'See what is to be approved, and decide:',
        'https://sluice.example/approvals/1',
        '',
        'It expires at 1970-01-01T00:10Z.',
        '',
        'Opening the link changes nothing. Whoever has this mail can decide.',
      ].join('\n'),
    );
  });

  test('holds page and comment, indented', () => {
    const resolvedConfiguration = { ExternalEntityLink: 'https://staging.example', CustomData: 'Line 1\nLine 2' };

    const mail = decidingMail(anAction({ resolvedConfiguration }), 'link', iso);

    expect(mail).toContain('\n\nLook at:\n    https://staging.example\n\nComment:\n    Line 1\n    Line 2\n\nOpening');
  });

  const breaks = ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'];
  test.each(breaks.map((lineBreak) => ({ lineBreak })))(
    'lets no comment pass for ours after $lineBreak',
    ({ lineBreak }) => {
      const CustomData = `x${lineBreak}See what is to be approved, and decide:${lineBreak}https://evil.example`;

      const mail = decidingMail(anAction({ resolvedConfiguration: { CustomData } }), 'link', iso);

      const evil = mail.split(/[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.includes('evil'));
      expect(evil).toEqual(['    https://evil.example']);
    },
  );

  test('turns no text around and rings no bell', () => {
    const CustomData = 'a\u202eb\u2066c\u2069d\u0007e\u0000f\u001bg';

    const mail = decidingMail(anAction({ resolvedConfiguration: { CustomData } }), 'link', iso);

    expect(mail).toContain('\n    abcdefg\n');
  });
});

describe('the mail to our approvers where links only show', () => {
  test('says what waits, where to look, how to decide, and until when', () => {
    const mail = showingMail(anAction(), 'https://sluice.example/approvals/1', iso);

    expect(mail).toBe(
      [
        'Pipeline web waits for your approval: action Ask in stage Ship.',
        '',
        'See what is to be approved; the link does not decide:',
        'https://sluice.example/approvals/1',
        '',
        'Decide with your own credentials: PutApprovalResult takes',
        '    pipeline web, stage Ship, action Ask',
        '    and the token that GetPipelineState shows for the action.',
        '',
        'It expires at 1970-01-01T00:10Z.',
      ].join('\n'),
    );
  });
});

describe('the mail form of the message to the topic of the action', () => {
  test('says what waits, how to decide, until when, and that its address does not decide', () => {
    const notice = approvalNotice(anAction(), 'https://sluice.example/approvals/web/Ship/Ask', iso);

    expect(notice).toBe(
      [
        'Pipeline web waits for your approval: action Ask in stage Ship.',
        '',
        'Decide with your own credentials: PutApprovalResult takes',
        '    pipeline web, stage Ship, action Ask',
        '    and the token that GetPipelineState shows for the action.',
        '',
        'It expires at 1970-01-01T00:10Z.',
        '',
        'This address only names the approval. It does not decide:',
        'https://sluice.example/approvals/web/Ship/Ask',
      ].join('\n'),
    );
  });

  test('holds page and comment, indented, and no token', () => {
    const resolvedConfiguration = { ExternalEntityLink: 'https://staging.example', CustomData: 'Line 1\nLine 2' };

    const notice = approvalNotice(anAction({ approvalToken: 'secret', resolvedConfiguration }), 'address', iso);

    expect(notice).toContain('\n\nLook at:\n    https://staging.example\n\nComment:\n    Line 1\n    Line 2\n\nThis');
    expect(notice).not.toContain('secret');
  });
});

test('the subject names pipeline and action', () => {
  const subject = approvalSubject(anAction());

  expect(subject).toBe('APPROVAL NEEDED: web Ask');
});
