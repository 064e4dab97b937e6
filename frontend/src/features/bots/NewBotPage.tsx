export function NewBotPage() {
  return null;
}
