export function ExchangeKeysPage() {
  return null;
}
