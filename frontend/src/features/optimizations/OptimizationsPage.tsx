export function OptimizationsPage() {
  return null;
}
