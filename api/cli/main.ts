import { runCli } from './program.js';

/** Lines longer than this are hard to read, whatever the window. */
const MAX_WIDTH = 100;
const WIDTH_OF_A_PIPE = 80;

// `medindex status | head` closes the pipe when it has seen enough: that is no error, and nobody reads what is left.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await runCli({
  args: process.argv.slice(2),
  env: process.env,
  terminal: {
    stdout: process.stdout,
    stderr: process.stderr,
    isInteractive: process.stderr.isTTY && !process.env['CI'],
    width: Math.min(process.stdout.columns || WIDTH_OF_A_PIPE, MAX_WIDTH),
  },
});
