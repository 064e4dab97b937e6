export function NewOptimizationPage() {
  return null;
}
