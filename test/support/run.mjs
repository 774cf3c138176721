import { spawn } from 'node:child_process';

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
