/** One event as it goes over the wire (HTML standard, "Server-sent events"); `data` is JSON, so it has no line breaks. */
export function eventText(input: { id: string; event: string; data: unknown }): string {
  return `id: ${input.id}\nevent: ${input.event}\ndata: ${JSON.stringify(input.data)}\n\n`;
}

/** A comment: tells proxies and clients that the line is alive. */
export const HEARTBEAT = ': \n\n';

/** How long a client waits before it comes back. */
export function retryText(retryMs: number): string {
  return `retry: ${retryMs}\n\n`;
}
