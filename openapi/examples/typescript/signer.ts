/** Signs whatever openapi-fetch sends, as IAMPASS asks for it ("Authentication Protocol 1"). */
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Middleware } from "openapi-fetch";

/** The headers for a URL (as sent, without `scheme://`), a nonce and a time in Unix seconds. */
export function sign(id: string, secret: string, signedUrl: string, nonce: bigint, timestamp: bigint) {
  const token = createHash("sha256").update(`${nonce}${secret}`).digest().subarray(0, 16);
  const mac = createHmac("sha256", token).update(`${nonce}${signedUrl}${timestamp}`).digest();
  return {
    Authentication: `hmac ${id}:${nonce}:${mac.subarray(0, 16).toString("base64")}`,
    "X-IAMPASS-Authentication-Timestamp": `${timestamp}`,
    "X-IAMPASS-Authentication-Version": "1",
    "X-IAMOASS-Authentication-Version": "1",
  };
}

/** What `fetch` puts into the Host header and the request line: the URL standard's form of the URL. */
export function signedUrl(url: string): string {
  const { host, pathname, search } = new URL(url);
  return host + pathname + search;
}

/** The headers for a request that is sent now. */
export function signNow(id: string, secret: string, url: string) {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const headers = sign(id, secret, signedUrl(url), randomBytes(8).readBigUInt64BE(), now);
  return { ...headers, "Cache-Control": "no-cache" };
}

/** Give it to the generated client: `client.use(signing(id, secret))`. */
export function signing(id: string, secret: string): Middleware {
  return {
    onRequest({ request, params }) {
      const segments = Object.values(params.path ?? {});
      // The URL standard drops these three: the call would arrive elsewhere.
      if (segments.some((segment) => /^\.{0,2}$/.test(`${segment}`))) throw new Error("not a user id");
      const headers = Object.entries(signNow(id, secret, request.url));
      for (const [name, value] of headers) request.headers.set(name, value);
      return request;
    },
  };
}
