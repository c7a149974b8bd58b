import { expect, test } from "@jest/globals";
import { html, page, raw } from "./page.ts";

test("html escapes what is put in, except pieces of markup", () => {
  const name = `<b> & "c"`;
  expect(html`<p>${name}${raw("<i>")}${[html`${1}`, html`${2}`]}</p>`.markup).toBe(
    "<p>&lt;b&gt; &amp; &quot;c&quot;<i>12</p>",
  );
});

test("page needs nothing from elsewhere", () => {
  const text = page("Title", html`<p>body</p>`);
  expect(text).toMatch(/^<!doctype html>/);
  expect(text).not.toMatch(/https?:|<script|<link/);
});
