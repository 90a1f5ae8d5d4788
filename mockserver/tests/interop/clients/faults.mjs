// Reads `PRESET URL` lines, calls each once, and prints what fetch makes of the answer.
import { readFileSync } from 'node:fs';

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  const [preset, url] = line.split(' ');
  let seen;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ AttrNames: { 0: 'sex' } }),
      signal: AbortSignal.timeout(preset === 'timeout-3s' ? 2000 : 30000),
    });
    const answer = await response.json();
    seen = `${answer.ErrorCode} ${answer.ActionStatus}`;
  } catch (error) {
    seen = error.cause?.code ?? error.name;
    if (seen === 'ECONNRESET') seen = 'UND_ERR_SOCKET'; // a reset shows as either, by who sees it first
  }
  console.log(`${preset}: ${seen}`);
}
