/** How often a property is tried: so many times, or the share of them that SLUICE_PROPERTY_SHARE says. */
export function times(count: number): number {
  return Math.ceil(count * Number(process.env['SLUICE_PROPERTY_SHARE'] ?? 1));
}
