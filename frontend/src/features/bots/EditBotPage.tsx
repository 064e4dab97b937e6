export function EditBotPage() {
  return null;
}
