import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

/** A page that runs our script, loads our style, and nothing else at all. */
export function pageOf(webview: Webview, extension: Uri, name: string, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const at = (file: string) => webview.asWebviewUri(Uri.joinPath(extension, 'dist', 'webviews', file)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${at(`${name}.css`)}">
<title>${title.replaceAll(/[<>&"]/g, ' ')}</title>
</head>
<body>
<main id="content" aria-busy="true"></main>
<script nonce="${nonce}" src="${at(`${name}.js`)}"></script>
</body>
</html>`;
}
