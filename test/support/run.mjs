import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs a program to its end. Output is kept and shown only when it fails, or passed through with `show`. */
export function run(command, args, { cwd, env, show = false, allowFailure = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    const output = [];
    child.stdout?.on('data', it => output.push(it));
    child.stderr?.on('data', it => output.push(it));
    child.on('error', cause => reject(new Error(`${command} could not be started: ${cause.message}`)));
    child.on('close', (code, signal) => {
      const text = Buffer.concat(output).toString();
      if (code === 0 || allowFailure) return resolve({ code, output: text });
      reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${text.slice(-4000)}`));
    });
  });
}

/** `undefined` where the program is not to be had. */
export async function outputOf(command, args, options) {
  try {
    return (await run(command, args, options)).output.trim();
  } catch {
    return undefined;
  }
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** What takes minutes says every quarter of one that it is still at work. */
export async function saying(text, work) {
  const started = Date.now();
  say(text);
  const subject = text.match(/^\[[^\]]*\]/)?.[0] ?? text;
  const timer = setInterval(() => say(`${subject} … ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Is this module the program that was started? Also below symbolic links, and in folders with a space in their name. */
export function isProgram(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);
}
