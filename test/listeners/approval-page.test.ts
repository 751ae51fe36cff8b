import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { donePage, type Review, reviewPage, tooLatePage } from '../../functions/listeners/approval-page.ts';
import { refusedPage, unsignedPage } from '../../functions/listeners/approval-refusal.ts';
import { aRun } from '../domain/given.ts';
import {
  abandoned,
  address,
  allPages,
  anApproval,
  approved,
  aReview,
  deadline,
  expired,
  nonce,
  now,
  rejected,
} from './approval-pages.ts';

const ask = { pipeline: 'web', stage: 'Ship', action: 'Ask' };

function bodyOf({ body = '' }: { readonly body?: string | undefined }): string {
  return body.slice(body.indexOf('<main>'));
}

/** What a page says, without its elements. */
function textOf(page: { readonly body?: string | undefined }): string {
  return bodyOf(page)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const shown = (review: Review, at = now) => reviewPage(review, nonce, at);

describe.each([...allPages()])('the page %s', (_, make) => {
  it('has one style, allowed by its hash, and nothing else that runs or loads', () => {
    const { body = '', headers } = make();
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';

    const policy = String(headers?.['content-security-policy']);

    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(body.match(/<style/g)).toHaveLength(1);
    expect(body).not.toMatch(/<script|<img|<link|\sstyle=|\son\w+=/i);
  });

  it('has one heading of the first level and a title', () => {
    const { body = '' } = make();

    expect(body.match(/<h1>/g)).toHaveLength(1);
    expect(body).toMatch(/<title>[^<]+<\/title>/);
  });

  it('has sections that are named by their headings, each by its own', () => {
    const { body = '' } = make();

    const sections = [...body.matchAll(/<section aria-labelledby="([^"]*)"><h2 id="([^"]*)">/g)];
    for (const [, by, id] of sections) expect([by, id]).toEqual([expect.stringMatching(/^[a-z]+$/), by]);
    expect(body.match(/<section/g) ?? []).toHaveLength(sections.length);
    expect(new Set(sections.map(([, by]) => by)).size).toBe(sections.length);
  });
});

describe('an open approval', () => {
  const page = () => shown(aReview(anApproval()));

  it('says what is to be approved, until when, and what was approved before', () => {
    const text = textOf(page());

    expect(page().body).toContain('<title>Approve web?</title>');
    for (const said of [
      'Approve web?',
      `Action Ask in stage Ship, run ${aRun().id} Open until`,
      'Open until 28 Nov 2026, 07:52 UTC',
      'For the reviewer Look at the banner',
      'Author Jo Doe &lt;jo@example.com&gt;',
      'Date 1 Sep 2026, 06:05 UTC',
      'Message Say hello in a friendlier way',
      'Approved before 1111e45fceea on 20 Nov 2026, 07:52 UTC',
      `SourceOutput SHA-256 ${'e3b0c442'.repeat(8)} Site version 3HL4kqtJlcpXroDTDmJ of s3://artifacts/web/Site/b.zip`,
    ])
      expect(text).toContain(said);
  });

  it('says of a revision only what is known, and links to it where it can', () => {
    const bare = { actionName: 'Fetch', artifactName: 'SourceOutput', revisionId: 'r1' };

    const known = shown(aReview(anApproval(), { sourceRevisions: [bare] }, { before: undefined, artifacts: [] }));

    expect(textOf(known)).toContain('Source Fetch Revision r1 Approved before Nothing');
    expect(bodyOf(known)).toContain('<code>r1</code>');
    expect(bodyOf(page())).toContain('<code><a href="https://git.example/sample/web/commit/8f14e45f"');
  });

  it('compares a revision with that of the same source', () => {
    const review = aReview(anApproval());
    const other = { actionName: 'Docs', artifactName: 'D', revisionId: 'd1' };
    const before = { run: 'r', at: now, revisions: [other, ...review.run.sourceRevisions] };

    const text = textOf(shown({ ...review, before }));

    expect(text).toContain('Approved before 8f14e45fceea167a5a36dedd4bea2543a1b2c3d4 on');
    expect(bodyOf(page())).toContain('20 Nov 2026, 07:52 UTC</time></dd>');
  });

  it('writes times for people and for machines', () => {
    expect(page().body).toContain('<time datetime="2026-11-28T07:52:00.000Z">28 Nov 2026, 07:52 UTC</time>');
  });

  it('is decided by two buttons and a labelled comment, without a script', () => {
    const body = bodyOf(page());

    expect(body).toContain('<form method="post" class="card">');
    expect(body).toMatch(/<label for="summary">Comment .*<\/label>\n<textarea id="summary" name="summary"/);
    expect(body).toContain('<button class="approve" name="status" value="Approved">Approve</button>');
    expect(body).toContain('<button class="reject" name="status" value="Rejected">Reject</button>');
  });

  it('has no decision at its deadline', () => {
    const late = shown(aReview(anApproval()), deadline);

    expect(bodyOf(late)).not.toContain('<form');
    expect(textOf(late)).toContain('The approval has expired.');
  });

  it('says when it is the first, and when the revision is the same', () => {
    const review = aReview(anApproval());
    const same = { run: 'r', at: now, revisions: review.run.sourceRevisions };

    const pages = [
      shown({ ...review, before: undefined }),
      shown({ ...review, before: { ...same, revisions: [] } }),
      shown({ ...review, before: same }),
    ].map(textOf);

    expect(pages[0]).toContain('Nothing: this is the first approval here.');
    expect(pages[1]).toContain('Nothing: this is the first approval here.');
    expect(pages[2]).toContain(': the same revision');
  });

  it('tells how to decide where the link does not', () => {
    const page = reviewPage(aReview(anApproval()), undefined, now);

    expect(bodyOf(page)).not.toContain('<form');
    expect(textOf(page)).toContain('aws sluice put-approval-result \\ --pipeline-name web \\ --stage-name Ship');
  });

  it('shows what the pipeline says as text, and links only to the web', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const resolvedConfiguration = { CustomData: hostile, ExternalEntityLink: 'javascript:alert(1)' };

    const body = bodyOf(shown(aReview(anApproval({ action: hostile, resolvedConfiguration }))));

    expect(body).not.toContain('<img');
    expect(body).not.toContain('href="javascript');
    expect(body).toContain('javascript:alert(1)');
  });

  it.each([
    ['http://staging.example/', true],
    ['HTTPS://staging.example/', true],
    ['javascript:https://staging.example/', false],
    ['ftp://staging.example/', false],
  ])('links to %s: %j', (ExternalEntityLink, links) => {
    const body = bodyOf(shown(aReview(anApproval({ resolvedConfiguration: { ExternalEntityLink } }))));

    expect(body).toContain(ExternalEntityLink);
    expect(body.includes(`<a href="${ExternalEntityLink}"`)).toBe(links);
  });

  it('has no heading for what its pipeline does not say', () => {
    const bare = aReview(anApproval({ resolvedConfiguration: {} }), { sourceRevisions: [] }, { artifacts: [] });

    expect(textOf(shown(bare))).toContain(
      'UTC What is to be approved This run has no source revision. Your decision Comment',
    );
  });

  it('has an address to look at also without a word on it', () => {
    const resolvedConfiguration = { ExternalEntityLink: 'https://staging.example/' };

    const page = shown(aReview(anApproval({ resolvedConfiguration }), { sourceRevisions: [] }));

    expect(textOf(page)).toContain('For the reviewer To look at https://staging.example/');
    expect(bodyOf(page)).not.toContain('class="said"');
  });

  it('has a word also without an address to look at', () => {
    const text = textOf(shown(aReview(anApproval({ resolvedConfiguration: { CustomData: 'Look.' } }))));

    expect(text).toContain('For the reviewer Look. What is to be approved');
  });
});

describe('a decided approval', () => {
  it.each([
    [approved, 'good', 'Decision Approved By The link of the approval mail ( email-link ) When 21 Nov 2026, 07:52 UTC'],
    [
      rejected,
      'bad',
      'Decision Rejected By arn:aws:iam::111122223333:user/jo When 21 Nov 2026, 07:52 UTC Comment None',
    ],
  ])('says what was decided, by whom, when and why', (approval, tone, said) => {
    const page = shown(aReview(approval));

    expect(page.statusCode).toBe(200);
    expect(bodyOf(page)).toContain(`<div class="card ${tone}">`);
    expect(textOf(page)).toContain(said);
    expect(textOf(page)).toContain('What was decided Source Fetch');
    expect(page.body).toContain(`<title>web: ${tone === 'good' ? 'Approved' : 'Rejected'}</title>`);
    expect(bodyOf(page).match(/<svg/g)).toHaveLength(1);
  });

  it('says where nobody knows by whom', () => {
    const { updatedBy: _, ...nobody } = approved;

    expect(textOf(shown(aReview(nobody)))).toContain('By unknown When');
  });

  it('says no more what was approved before: that is itself', () => {
    const text = [approved, rejected, expired].map((approval) => textOf(shown(aReview(approval)))).join();

    expect(text).not.toContain('Approved before');
    expect(text).not.toContain('Your decision');
  });

  it('shows the comment as text', () => {
    const body = bodyOf(shown(aReview({ ...approved, summary: '<b>good</b>' })));

    expect(body).toContain('<dd class="said">&lt;b&gt;good&lt;/b&gt;</dd>');
  });
});

describe('an approval that nobody decided', () => {
  const unknown = anApproval({ status: 'StartOutcomeUnknown' });

  it.each([
    ['Expired', expired, 'InProgress', 'Nobody decided before 28 Nov 2026, 07:52 UTC', 'start a new run'],
    ['Superseded', abandoned, 'Superseded', 'A newer run took the place', 'asks by a mail of its own'],
    ['Over', abandoned, 'Stopped', 'The run ended (Stopped) before anyone decided.', 'start a new run'],
    ['Over', unknown, 'Failed', 'The run ended (Failed) before anyone decided.', 'start a new run'],
    [
      'Failed',
      anApproval({ status: 'Failed', failure: { code: 'SystemUnavailable', message: 'It broke.' } }),
      'Failed',
      'The action failed before anyone decided: It broke.',
      'start a new run',
    ],
    [
      'Failed',
      anApproval({ status: 'Failed' }),
      'Failed',
      'The action failed before anyone decided:',
      'start a new run',
    ],
  ] as const)('says that it is %s, and what to do', (word, approval, status, happened, todo) => {
    const page = shown(aReview(approval, { status }));
    const text = textOf(page);

    expect(bodyOf(page)).toContain(`<h1>web: ${word}</h1>`);
    expect(bodyOf(page)).toContain('<div class="card over">');
    expect(text).toContain(happened);
    expect(text).toContain(todo);
    expect(text).not.toContain('Decision ');
  });

  it.each(['Pending', 'Starting', 'Running'] as const)(
    'has expired at its deadline, also before that is recorded: %s',
    (status) => {
      const page = shown(aReview(anApproval({ status })), deadline);

      expect(bodyOf(page)).toContain('<h1>web: Expired</h1>');
    },
  );
});

describe('after an answer', () => {
  it.each([
    [approved, 'Approved', 'The run goes on.'],
    [rejected, 'Rejected', 'The run ends here as failed.'],
  ])('says what came of it, and leads to what was decided', (approval, heading, then) => {
    const page = donePage(approval, aRun(), address);

    expect(page.statusCode).toBe(200);
    expect(bodyOf(page)).toContain(`<h1>${heading}</h1>`);
    expect(textOf(page)).toContain(then);
    expect(page.body).toContain(`<title>${heading}: web</title>`);
    expect(textOf(page)).toContain(`Decision ${heading} By`);
    expect(bodyOf(page)).toContain(`<a href="${address.replaceAll('&', '&amp;')}">See what was decided</a>`);
  });

  it('that came too late, says that it changed nothing and what was decided', () => {
    const page = tooLatePage(approved, aRun(), address);

    expect(page.statusCode).toBe(409);
    expect(page.body).toMatch(/<title>[^<]+: web<\/title>/);
    expect(textOf(page)).toContain('Yours changed nothing.');
    expect(textOf(page)).toContain('Decision Approved By');
  });
});

describe('a refusal', () => {
  it('leads to the approval where it can be seen', () => {
    expect(bodyOf(refusedPage(403, 'No', 'Not so.', '/approvals/web'))).toContain('<a href="/approvals/web">');
    expect(bodyOf(refusedPage(403, 'No', 'Not so.'))).not.toContain('<a ');
  });
});

describe('an address without a signature', () => {
  it('says that it only names the approval, and how to decide', () => {
    const page = unsignedPage(ask, true);

    expect(page.statusCode).toBe(403);
    const text = textOf(page);
    for (const said of [
      'This address only names an approval',
      'neither shows nor decides anything',
      'Open the link in that mail: it is signed.',
      'aws sluice get-pipeline-state \\ --name web',
      '--pipeline-name web \\ --stage-name Ship \\ --action-name Ask \\ --token TOKEN',
    ])
      expect(text).toContain(said);
    expect(bodyOf(page)).not.toMatch(/<form|<button|<a /);
  });

  it('does not send to the mail where no mail decides', () => {
    expect(textOf(unsignedPage(ask, false))).not.toContain('mail');
  });

  it('names what may be a name, however short or long', () => {
    const text = textOf(unsignedPage({ pipeline: 'w', stage: 'S-1_2', action: 'a'.repeat(100) }, true));

    expect(text).toContain(`It stands for action ${'a'.repeat(100)} in stage S-1_2 of pipeline w .`);
  });

  test.each(['Your account is locked', '<b>', '', 'x'.repeat(101), 'a;b'])(
    'repeats nothing that is no name: %s',
    (text) => {
      const page = textOf(unsignedPage({ ...ask, stage: text }, true));

      expect(page).toContain('--pipeline-name PIPELINE \\ --stage-name STAGE \\ --action-name ACTION');
      expect(page).not.toContain('It stands for');
    },
  );
});
