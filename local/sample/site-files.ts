const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

/** The files of the sample's repository: a small site, and the build that makes it. */
export const siteFiles: Readonly<Record<string, string>> = {
  'README.md': `# hello-site

Change \`site/index.html\`, commit and push. The pipeline builds the site, asks for approval and deploys it.
`,
  'buildspec.yml': `version: 0.2

env:
  exported-variables: [PAGES]

phases:
  build:
    commands:
      - mkdir -p public
      - cp -R site/. public/
      - printf '%s\\n' "$CODEBUILD_RESOLVED_SOURCE_VERSION" > public/version.txt
      - export PAGES=$(find public -name '*.html' | wc -l | tr -d ' ')
      - echo "Built $PAGES pages from commit $CODEBUILD_RESOLVED_SOURCE_VERSION"
  post_build:
    commands:
      - test -s public/index.html

artifacts:
  base-directory: public
  files: ['**/*']
`,
  'site/index.html': page(
    'Hello',
    '<h1>Hello</h1>\n<p>This page was built, approved and deployed by its own pipeline.</p>',
  ),
  'site/404.html': page('Not here', '<h1>Not here</h1>\n<p><a href="./">Back to the start</a></p>'),
  'site/style.css': `:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0; }
main { max-width: 38rem; margin: 0 auto; padding: 12vh 1.25rem; }
`,
};
