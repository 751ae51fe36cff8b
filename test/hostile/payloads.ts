/** What strangers write into commit messages, branches, names of authors, files and artifacts, by what it is aimed at. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'a command': '$(touch pwned)',
  backticks: '`touch pwned`',
  'a second command': '; touch pwned;',
  'a pipe': '| touch pwned #',
  'a background command': '& touch pwned &',
  'the end of a quote': "'; touch pwned; '",
  'the end of a double quote': '"; touch pwned; "',
  'a variable of the shell': '${IFS}$PATH${PWNED:=1}',
  'an arithmetic of the shell': '$((1+1))$[1+1]',
  'a line feed': 'one\ntouch pwned\n',
  'a carriage return': 'one\r\nBcc: all@example.com\r\n\r\ntwo',
  'a script': '<script>window.struck=1</script>',
  'an attribute': '" onmouseover="window.struck=1',
  'a variable of ours': '#{SourceVariables.CommitId}#{codepipeline.PipelineExecutionId}',
  'a variable in a variable': '#{SourceVariables.#{SourceVariables.CommitId}}',
  'the end of a JSON text': '"},{"name":"LD_PRELOAD","value":"/tmp/pwned.so","type":"PLAINTEXT"},{"name":"X","value":"',
  'the end of a log record': '"}\n{"level":"INFO","message":"all is well"}',
  'colours of a terminal': '\u001b[31m\u001b]0;pwned\u0007\u009b2J',
  'text from right to left': '\u202e\u2066gnp.exe\u2069\u202c\u200f',
  'a reference of YAML': '!!js/function &a *a - {x: [y]}: |',
  'a placeholder': '{{7*7}}${{ github.token }}%(x)s%s%n$&$1',
  'a name of all objects': '__proto__ constructor toString',
  'Unicode’s ends of lines': 'one\u2028two\u2029three\u0085four',
  'half a character': '\ud800 and \udfff',
};

/** All of them in one text, as far as git and UTF-8 can keep them: no half characters, no carriage returns that are stripped. */
export const allOfThem: string = Object.values(hostileTexts)
  .filter((text) => text.isWellFormed())
  .join(' - ');
