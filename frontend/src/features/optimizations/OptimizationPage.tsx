export function OptimizationPage() {
  return null;
}
