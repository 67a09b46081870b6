// IAMPASS "Authentication Protocol 1" with WebCrypto. No dependency; runs in browsers (https or
// loopback only: elsewhere they have no crypto.subtle), Node.js 20, Deno and Bun.

const bytes = (text) => new TextEncoder().encode(text);
const hex = (array) => Array.from(array, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (array) => btoa(String.fromCharCode(...array));

/** A fresh nonce: 64 random bits. A number would lose some of them, a BigInt does not. */
export const freshNonce = () => crypto.getRandomValues(new BigUint64Array(1))[0];

/** The time in whole Unix seconds. */
export const unixTime = () => Math.floor(Date.now() / 1000);

/** The URL as it is signed: as it is sent, less the scheme, the scheme's default port and the fragment. */
export function canonicalUrl(url) {
  const parsed = new URL(url);
  if (parsed.username || parsed.password) throw new TypeError("the URL must not hold user or password");
  return parsed.href.slice(parsed.protocol.length + "//".length).split("#")[0];
}

/**
 * Signs one request, once: sent again, it needs a new nonce, the time of then and a new signature.
 * Gives the values of the three headers, and what they were made from.
 */
export async function sign({ applicationId, secret, url, nonce = freshNonce(), timestamp = unixTime() }) {
  const token = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(`${nonce}${secret}`))).slice(0, 16);
  const canonical = `${nonce}${canonicalUrl(url)}${timestamp}`;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", token, hmac, false, ["sign"]);
  const digest = new Uint8Array(await crypto.subtle.sign(hmac, key, bytes(canonical))).slice(0, 16);
  return {
    authentication: `hmac ${applicationId}:${nonce}:${base64(digest)}`,
    timestamp: `${timestamp}`,
    version: "1",
    token: hex(token),
    canonical,
    digest: hex(digest),
  };
}
