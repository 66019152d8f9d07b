import { spawn } from 'node:child_process';

/** The shell waits for the end of its input, which comes when the process that started it is gone, however that ended. */
const TETHER = `
signal="$1"; folder="$2"; shift 2
trap '' INT TERM HUP
"$@" </dev/null & child=$!
cat >/dev/null
kill -s "$signal" $child 2>/dev/null; wait $child
[ -z "$folder" ] || rm -rf "$folder"
`;

export interface TetheredProcessInput {
  readonly command: string;
  readonly args: readonly string[];
  /** What ends it. */
  readonly signal: 'KILL' | 'QUIT';
  /** Where it runs; removed when it has ended. */
  readonly folder?: string;
}

/** Starts a program that ends when this process ends. It keeps nobody waiting: a process may end while it runs. */
export function startTethered({ command, args, signal, folder }: TetheredProcessInput): void {
  const shell = spawn('sh', ['-c', TETHER, 'tether', signal, folder ?? '', command, ...args], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  // A socket at run time, which can be let go.
  (shell.stdin as unknown as { unref(): void }).unref();
}
