import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** A process that can be told from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the operating system's own terms; opaque. */
  readonly startedAt: string;
}

/**
 * When the process with this pid started; `null` when there is none, or only a zombie, which holds nothing any more.
 * Linux: boot id and field 22 of `/proc/<pid>/stat`, exact to 10 ms and across reboots. Elsewhere: `ps -o lstart`.
 */
export function processStart(pid: number): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return platform() === 'linux' ? startFromProc(pid) : startFromPs(pid);
}

export function identifyProcess(pid: number): ProcessIdentity | null {
  const startedAt = processStart(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether exactly this process, and not another one that got its pid, is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  return processStart(identity.pid) === identity.startedAt;
}

function startFromProc(pid: number): string | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // Field 2 is the command in parentheses and may hold spaces and parentheses itself: fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X' || startTicks === undefined) return null;
  return `${bootId()}:${startTicks}`;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function startFromPs(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}
