import type { JSX } from 'preact';

/** A bar in a table beside its number, which says the same. */
export function Bar({ value, max, tone = 'busy' }: { value: number; max: number; tone?: string }): JSX.Element {
  const width = max === 0 ? 0 : Math.min(100, (value / max) * 100);
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="ground" x={0} y={0} width={100} height={10} />
      <rect class={tone} x={0} y={0} width={width} height={10} />
    </svg>
  );
}
