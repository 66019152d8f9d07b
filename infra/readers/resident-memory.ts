import { readFile } from 'node:fs/promises';
import pidusage from 'pidusage';

/** Page size of every Linux that Node supports on x64 and of most on arm64; a wrong guess there only errs on the safe side. */
const LINUX_PAGE_BYTES = 4096;

/** Resident bytes of another process; 0 when it is gone. One small read on Linux, `ps` and its like elsewhere. */
export async function residentBytes(pid: number): Promise<number> {
  try {
    if (process.platform !== 'linux') return (await pidusage(pid)).memory;
    const fields = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Number(fields[1] ?? 0) * LINUX_PAGE_BYTES;
  } catch {
    return 0;
  }
}
