import type { Page } from "playwright-core";

/** What a page says: errors, dialogs and the console, and every request that it makes. */
export function heardOf(page: Page): { readonly said: string[]; readonly requests: string[] } {
  const heard = { said: [] as string[], requests: [] as string[] };
  page.on("console", (message) => heard.said.push(message.text()));
  page.on("pageerror", (error) => heard.said.push(String(error)));
  page.on("dialog", (dialog) => {
    heard.said.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => heard.requests.push(request.url()));
  return heard;
}
