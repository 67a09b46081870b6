/** Replays the signing vectors. Argument: signing-vectors.json. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { sign, signedUrl } from "./signer.js";

const vectors = JSON.parse(readFileSync(process.argv[2]!, "utf8"));

for (const vector of vectors.positive) {
  assert.equal(signedUrl(vector.url), vector.signed_url, vector.name);
  const moment = [BigInt(vector.nonce), BigInt(vector.timestamp)] as const;
  const headers = sign(vector.id, vector.secret, signedUrl(vector.url), ...moment);
  assert.deepEqual({ ...headers }, vector.headers, vector.name);
}

const wrong = vectors.negative.filter((vector: { reason: string }) => vector.reason === "signature_mismatch");
for (const { name, secrets, request } of wrong) {
  const headers = Object.fromEntries(request.headers);
  const [id, nonce] = headers["Authentication"].replace("hmac ", "").split(":");
  const timestamp = BigInt(headers["X-IAMPASS-Authentication-Timestamp"]);
  const right = sign(id, secrets[id], signedUrl(request.url), BigInt(nonce), timestamp);
  assert.notEqual(right.Authentication, headers["Authentication"], name);
}

console.log(`${vectors.positive.length} vectors signed alike, ${wrong.length} wrong signatures told apart`);
