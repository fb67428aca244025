// Which key means what; typing in a field is never a command.

export type Action =
  | "palette" | "theme" | "language" | "search" | "next" | "previous" | "open" | "close" | "earlier" | "later";

const PLAIN: Record<string, Action> = {
  t: "theme", l: "language", "/": "search", j: "next", k: "previous", Enter: "open", "[": "earlier", "]": "later",
};
/** The same keys on a Ukrainian layout, by where they lie. */
const BY_CODE: Record<string, Action> = {
  KeyT: "theme", KeyL: "language", KeyJ: "next", KeyK: "previous", BracketLeft: "earlier", BracketRight: "later", Slash: "search",
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

export function actionFor(event: KeyboardEvent): Action | null {
  if (event.defaultPrevented) return null;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") return "palette";
  if (event.key === "Escape") return "close";
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return null;
  return PLAIN[event.key] ?? (event.shiftKey ? null : (BY_CODE[event.code] ?? null));
}
