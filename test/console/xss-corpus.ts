/** Texts that would run a script, break out of their place or load something where one is not escaped. Each sets `window.struck` when it runs. */
export const HOSTILE: readonly string[] = [
  '<script>window.struck=1</script>',
  '"><script>window.struck=1</script>',
  "'><img src=x onerror=window.struck=1>",
  '<img src=x onerror="window.struck=1">',
  '<svg onload=window.struck=1>',
  '</pre><script>window.struck=1</script><pre>',
  '</span></main><iframe srcdoc="<script>parent.struck=1</script>">',
  '</title><script>window.struck=1</script>',
  '<!--<script>window.struck=1</script>-->',
  '<a href="javascript:window.struck=1">go on</a>',
  '" onfocus=window.struck=1 autofocus x="',
  "' onmouseover='window.struck=1",
  '<style>@import "http://example.com/x.css"</style>',
  '<meta http-equiv=refresh content="0;url=javascript:window.struck=1">',
  '<base href="http://example.com/">',
  '<details open ontoggle=window.struck=1>',
  '&lt;script&gt;window.struck=1&lt;/script&gt;',
  '#{window.struck=1}"{{window.struck=1}}`',
];

/** Addresses that must never be followed. */
export const HOSTILE_ADDRESSES: readonly string[] = [
  'javascript:window.struck=1',
  'JaVaScRiPt:window.struck=1',
  ' javascript:window.struck=1',
  'data:text/html,<script>window.struck=1</script>',
  'vbscript:x',
  'file:///etc/passwd',
  '//example.com/x',
  'https://console.aws.amazon.com/codebuild/home',
  'https://us-east-1.console.aws.amazon.com/codebuild/home',
];
