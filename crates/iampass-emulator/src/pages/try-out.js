// The reference's forms: sign the call with the chosen application's secret, send it, show it all.
import { copy } from "./copy.js";
import { sign } from "./signer.js";

const signer = document.getElementById("signer");
const application = document.getElementById("application");
const secret = document.getElementById("secret");
const names = signer.dataset;

/** A path segment or a value of a query: every byte outside A-Z a-z 0-9 - . _ ~ percent-encoded. */
const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Browsers drop empty and dot segments, so the call would arrive elsewhere. */
function segment(name, value) {
  if (["", ".", ".."].includes(value)) throw new Error(`${name} cannot be a path segment: "${value}"`);
  return encode(value);
}

/** What is to be sent, from a form's fields; not signed yet. */
function requestOf(form) {
  const fields = [...form.querySelectorAll("[data-in]")];
  const inPath = Object.fromEntries(fields.filter((field) => field.dataset.in === "path").map((field) => [field.name, field.value]));
  const values = { application_id: application.value, ...inPath };
  const path = form.dataset.path.replace(/\{(\w+)\}/g, (_, name) => segment(name, values[name]));
  const query = fields.filter((field) => field.dataset.in === "query" && field.value !== "");
  const pairs = query.map((field) => `${field.name}=${encode(field.value)}`).join("&");
  const body = fields.find((field) => field.dataset.in === "body");
  return {
    method: form.dataset.method,
    url: `${location.origin}${path}${pairs && "?"}${pairs}`,
    headers: { "Cache-Control": "no-cache", ...(body && { "Content-Type": body.dataset.type }) },
    body: body?.value,
  };
}

/** The request of a form, signed now. */
async function signedRequest(form) {
  const request = requestOf(form);
  const signed = await sign({ applicationId: application.value, secret: secret.value, url: request.url });
  if (signed.version !== names.protocol) throw new Error("signer.js speaks another version of the protocol");
  Object.assign(request.headers, {
    [names.authentication]: signed.authentication,
    [names.timestamp]: signed.timestamp,
    [names.version]: signed.version,
    [names.versionVendorSpelling]: signed.version,
  });
  return { request, signed };
}

async function send(form) {
  const { request, signed } = await signedRequest(form);
  const { url, ...options } = request;
  const response = await fetch(url, { ...options, cache: "no-store", credentials: "omit", redirect: "error" });
  const text = await response.text();
  return { request, signed, status: response.status, reason: response.statusText, type: response.headers.get("content-type"), text };
}

/** For a POSIX shell: nothing within single quotes means anything but the quote itself. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl({ method, url, headers, body }) {
  const parts = ["curl", "--request", method, quoted(url)];
  for (const [name, value] of Object.entries(headers)) parts.push("--header", quoted(`${name}: ${value}`));
  if (body !== undefined) parts.push("--data-binary", quoted(body));
  return parts.join(" ");
}

async function copyAsCurl(form, button) {
  const outcome = form.querySelector(".outcome");
  try {
    const text = curl((await signedRequest(form)).request);
    outcome.replaceChildren(...block("Signed just now, for one use within the clock window", text));
    await copy(text, button, outcome.querySelector("pre"));
  } catch (error) {
    outcome.replaceChildren(element("p", { className: "notice" }, `Not signed: ${error.message}`));
  }
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function block(title, text) {
  const pre = element("pre", { tabIndex: 0 }, text);
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", title);
  return [element("h5", {}, title), pre];
}

/** JSON indented, anything else as it came. */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A refusal is an HTTP 200: `status` in the body tells, and of a sign-in whether it has started. */
function outcomeOf({ status, text }) {
  if (status >= 400) return ["bad", "not carried out"];
  try {
    const body = JSON.parse(text);
    const isDone = body.status ?? body.authentication_status?.authenticated;
    return isDone === true ? ["good", "carried out"] : ["bad", "refused"];
  } catch {
    return ["bad", "not JSON"];
  }
}

function show(outcome, result) {
  const [kind, words] = outcomeOf(result);
  const { request, signed } = result;
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  outcome.replaceChildren(
    element("p", { className: "response" }, element("span", { className: `chip ${kind}` }, `${result.status} ${result.reason}`), ` ${words}`),
    ...block(`Response, ${result.type ?? "no content type"}`, readable(result.text)),
    element("details", {}, element("summary", {}, "What was sent, and what was signed"), ...block("Request", [`${request.method} ${request.url}`, ...headers, "", request.body ?? ""].join("\n").trimEnd()),
    ...block("Signed text: nonce, URL without its scheme, time", signed.canonical)),
  );
  const link = (() => { try { return JSON.parse(result.text).register_url; } catch { return undefined; } })();
  if (typeof link === "string" && link.startsWith("http")) {
    outcome.querySelector("details").before(element("p", {}, element("a", { href: link, target: "_blank", rel: "noopener" }, "Open the registration link")));
  }
}

async function submit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const outcome = form.querySelector(".outcome");
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    show(outcome, await send(form));
    outcome.scrollIntoView({ block: "nearest" });
  } catch (error) {
    outcome.replaceChildren(element("p", { className: "notice" }, `Not sent, or no response: ${error.message}`));
  } finally {
    button.disabled = false;
  }
}

const fillIn = () => { secret.value = application.selectedOptions?.[0]?.dataset.secret ?? ""; };

if (globalThis.crypto?.subtle) {
  application.addEventListener("change", fillIn);
  signer.addEventListener("submit", (event) => event.preventDefault());
  fillIn();
  signer.hidden = false;
  for (const form of document.querySelectorAll("form.try-out")) {
    form.addEventListener("submit", submit);
    form.querySelector(".curl").addEventListener("click", (event) => copyAsCurl(form, event.currentTarget));
    form.hidden = false;
  }
} else {
  document.getElementById("no-crypto").hidden = false;
}
